# want: refused package entail.own is not yours
package entail.own

failed := {}
