# want: failed custom/hostile/glob: glob.match
package custom.hostile.glob

findings contains {"message": "so"} if glob.match("*0*0*0*0*0*0*1", ["/"], sprintf("%0300d", [0]))
