# want: inert
package custom.hostile.verdicts

findings contains {"message": name, "level": "note"} if some name, _ in data.entail.verdicts
