# want: refused package catalog.licenses is not yours
package catalog.licenses

mit := {}
