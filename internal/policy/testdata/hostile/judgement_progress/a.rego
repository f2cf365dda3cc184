# want: failed custom/definitions/judgement-progress: it gives a judgement whose progress is more than
package custom.definitions.judgement_progress

judgement := {"verdict": "meets", "progress": {"I": 1e300}}
