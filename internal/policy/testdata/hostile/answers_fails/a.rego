# want: failed custom/answers: div: divide by zero
package custom.answers["eu-ai-act"]["EUAIA-7"]

state := "met" if 1 / (count(input.edges) - count(input.edges)) > 0

why := "so"
