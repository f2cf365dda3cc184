# want: failed custom/answers: is one without its by
package custom.answers["eu-ai-act"]["use-restriction"]

answer := "no"
