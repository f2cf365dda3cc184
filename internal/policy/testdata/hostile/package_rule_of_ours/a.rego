# want: refused package entail.rules.lineage.cycle is not yours
package entail.rules.lineage.cycle

findings := set()
