# want: failed custom/hostile/graph-paths: graph.reachable_paths: a graph with ways of more than
package custom.hostile.graph_paths

edges := {n: {m | some m in numbers.range(n + 1, 40)} | some n in numbers.range(1, 40)}

findings contains {"message": "so"} if count(graph.reachable_paths(edges, {1})) < 5
