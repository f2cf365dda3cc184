# want: failed custom/hostile/shape-many: it has 2000 findings, want 1000 at most
package custom.hostile.shape_many

findings contains {"message": sprintf("%d", [n])} if some n in numbers.range(1, 2000)
