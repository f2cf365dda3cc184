# want: failed custom/definitions/judgement-at: it gives a requirement whose at has a place without a file
package custom.definitions.judgement_at

judgement := {"verdict": "meets", "requirements": [{"id": "A", "state": "met", "at": [{"file": 1}]}]}
