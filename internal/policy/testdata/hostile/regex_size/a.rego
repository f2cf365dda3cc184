# want: failed custom/hostile/regex-size: regex.match: an expression too large
package custom.hostile.regex_size

findings contains {"message": "so"} if regex.match("((((((((x{10}){10}){10}y{1000}){1}z{1000}){1}a{1000}b{1000}c{1000}d{1000}){1}e{1000}f{1000}g{1000}h{1000}i{1000}){1}j{1000}k{1000}l{1000}m{1000}n{1000}){1}o{1000}p{1000}q{1000}r{1000}s{1000}t{1000}u{1000})", "x")
