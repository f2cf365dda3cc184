# want: inert
package custom.hostile.line_float

findings contains {"message": "so", "level": "note", "at": [{"file": "a", "line": 1.0, "column": 1e2}]}
