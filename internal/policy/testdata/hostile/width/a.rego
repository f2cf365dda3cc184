# want: failed custom/hostile/width: sprintf: a text of more than
package custom.hostile.width

findings contains {"message": sprintf("%999999d%999999d%999999d%999999d%999999d", [1, 1, 1, 1, 1])}
