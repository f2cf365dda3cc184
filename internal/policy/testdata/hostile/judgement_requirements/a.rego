# want: failed custom/definitions/judgement-requirements: it gives a judgement whose requirements is of type object
package custom.definitions.judgement_requirements

judgement := {"verdict": "meets", "requirements": {"A": "met"}}
