# want: failed custom/definitions/judgement-text: it gives a judgement of type string
package custom.definitions.judgement_text

judgement := "meets"
