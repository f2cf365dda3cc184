# want: failed custom/hostile/zone: time.clock: a time zone but UTC
package custom.hostile.zone

findings contains {"message": sprintf("%v", [time.clock([0, "Local"])])}
