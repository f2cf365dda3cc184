# want: failed custom/hostile/star: sprintf: a text of more than
package custom.hostile.star

findings contains {"message": sprintf("%*d%*d%*d%*d%*d", [999999, 1, 999999, 1, 999999, 1, 999999, 1, 999999, 1])}
