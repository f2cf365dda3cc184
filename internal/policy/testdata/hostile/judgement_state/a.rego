# want: failed custom/definitions/judgement-state: it gives a requirement whose state is ok
package custom.definitions.judgement_state

judgement := {"verdict": "meets", "requirements": [{"id": "A", "state": "ok"}]}
