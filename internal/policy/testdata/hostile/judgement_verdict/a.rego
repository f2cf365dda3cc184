# want: failed custom/definitions/judgement-verdict: it gives a judgement whose verdict is pass
package custom.definitions.judgement_verdict

judgement := {"verdict": "pass"}
