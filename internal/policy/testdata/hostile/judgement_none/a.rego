# want: failed custom/definitions/judgement-none: it gives no judgement
package custom.definitions.judgement_none

judgement := {"verdict": "meets"} if input.subject == "nobody"
