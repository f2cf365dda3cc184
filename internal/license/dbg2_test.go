package license
import ("testing";"slices";"fmt")
func TestDbg2(t *testing.T){
 samples:=corpusSamples(t)
 n:=map[string]int{}
 for _,s:=range samples {
   w:=tokenize(s.Text,compared); w.trimFrame()
   if slices.Contains([]string{"exaone-1.1-nc","flux-1-dev-non-commercial-license-1.1","yi-license-2.0"},s.ID){
   for i:=0;i<15;i++{fmt.Print(string(w.raw(i)),":",w.tokens[i].kind," ")}
   fmt.Println()}
   for i,t:=range w.tokens{ if t.kind==mark { 
      lo:=max(0,i-4);hi:=min(len(w.tokens),i+4)
      n[s.ID]++
      if n[s.ID]>3{continue}
      fmt.Printf("%s %q\n",s.ID,w.text[w.tokens[lo].off:w.tokens[hi-1].end])}}
 }
}
