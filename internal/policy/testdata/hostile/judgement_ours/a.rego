# want: failed custom/definitions/judgement-ours: its name is osaid-1.0, which is that of another definition
package custom.definitions.judgement_ours

judgement := {"name": "osaid-1.0", "verdict": "meets"}
