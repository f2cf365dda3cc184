# want: failed custom/answers: is one whose answer is sure
package custom.answers["eu-ai-act"]["use-restriction"]

answer := "sure"

by := "us"
