# want: failed custom/answers: is one whose why is empty
package custom.answers["eu-ai-act"]["EUAIA-7"]

state := "met"

why := ""
