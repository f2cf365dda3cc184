# want: failed custom/answers: what is answered for eu is of type number
package custom.answers

eu := 5
