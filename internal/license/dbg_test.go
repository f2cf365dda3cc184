package license
import ("testing";"slices";"fmt")
func TestDbg(t *testing.T){
 samples:=corpusSamples(t)
 for _,s:=range samples {
  if !slices.Contains([]string{"exaone-1.1-nc","flux-1-dev-non-commercial-license-1.1","flux-1-dev-non-commercial-license","openbmb-gml-unrestricted","openbmb-gml-attribution-publicity-noncommercial","yi-license-2.0","kolors-2024-07-10","minimax-model-license-2025-01-14","modified-mit-minimax-m2","modified-mit-minimax-m2.1","openrail-m-modified-chandra","cogvlm-license"},s.ID){continue}
  rest:=slices.DeleteFunc(slices.Clone(samples),func(o Sample)bool{return o.ID==s.ID&&sourceOf(o)==sourceOf(s)})
  lib,_:=build(rest)
  w:=tokenize(s.Text,compared); w.trimFrame()
  for _,f:=range lib.search(&w){
    end, head, elsewhere := len(f.v.headWords), sameName, 0
    fmt.Println("==",s.ID,s.Name,"->",lib.ids[f.v.id],"head",f.v.head,len(f.v.headWords),"own head",w.headLines())
    for _,g:=range compare(&w,&f){
      if g.l == end && end > 0 && g.tn > 0 && !w.lineStart(g.t) {
			g = gap{t: g.t, tn: min(w.lineEnd(g.t)-g.t, g.tn), l: g.l}
		} else if g.l >= end { elsewhere++; continue }
      r:=f.v.renames(&w,g); head=max(head,r)
      var words []string
      for i:=g.t;i<g.t+g.tn&&i<g.t+30;i++{words=append(words,string(w.raw(i)))}
      fmt.Println("   head gap",g,words,"->",r)
    }
    fmt.Println("   head",head,"elsewhere",elsewhere, "under",f.underTitle(&w))
  }
 }
}
