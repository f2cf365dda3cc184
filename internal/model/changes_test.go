package model

import (
	"reflect"
	"testing"
)

func findings(messages ...string) []Finding {
	var all []Finding
	for _, m := range messages {
		all = append(all, Finding{Rule: "a/b", Subject: "org/x", Message: m, At: []Position{{File: "README.md", Line: len(m)}}})
	}
	return all
}

func messages(all []Finding) []string {
	out := []string{}
	for _, f := range all {
		out = append(out, f.Message)
	}
	return out
}

func TestCompareResults(t *testing.T) {
	before := &SubjectResult{
		Subject: "org/x", Verdict: Pass, Findings: findings("gone", "on line 3", "twice", "twice"),
		Terms:   []InheritedTerm{{Term: "t", License: "l", From: "org/a"}, {Term: "u", License: "l", From: "org/a", State: "carried"}},
		License: EffectiveLicense{Effective: "mit"},
		Lineage: LineageView{Edges: []LineageEdge{{Child: "org/x", Parent: "org/a"}, {Child: "org/a", Parent: "org/root"}}},
	}
	after := &SubjectResult{
		Subject: "org/x", Verdict: Fail, Findings: findings("on line 12", "new", "twice"),
		Terms:   []InheritedTerm{{Term: "u", License: "l", From: "org/a", State: "dropped"}, {Term: "t", License: "l", From: "org/b"}},
		License: EffectiveLicense{Effective: "apache-2.0"},
		Lineage: LineageView{Edges: []LineageEdge{{Child: "org/x", Parent: "org/b"}, {Child: "org/x", Parent: "org/b"}}},
	}
	c := CompareResults(before, after)
	for name, pair := range map[string][2][]string{
		"new":           {messages(c.New), {"new"}},
		"fixed":         {messages(c.Fixed), {"gone", "twice"}},
		"unchanged":     {messages(c.Unchanged), {"on line 12", "twice"}},
		"bases added":   {c.BasesAdded, {"org/b"}},
		"bases removed": {c.BasesRemoved, {"org/a"}},
	} {
		if !reflect.DeepEqual(pair[0], pair[1]) {
			t.Errorf("%s: got %q, want %q", name, pair[0], pair[1])
		}
	}
	if len(c.Gained) != 1 || c.Gained[0].From != "org/b" || len(c.Lost) != 1 || c.Lost[0].Term != "t" {
		t.Errorf("gained %+v, lost %+v", c.Gained, c.Lost)
	}
	if c.Before != Pass || c.After != Fail || c.LicenseBefore != "mit" || c.LicenseAfter != "apache-2.0" || !c.Any() {
		t.Errorf("got %+v", c)
	}
	if same := CompareResults(after, after); same.Any() || len(same.Unchanged) != 3 {
		t.Errorf("compared with itself: %+v", same)
	}
	if first := CompareResults(nil, after); len(first.New) != 3 || first.Before != "" || len(first.Gained) != 2 {
		t.Errorf("compared with nothing: %+v", first)
	}
}

// TestCompareWaived: what is waived is neither new nor as before, and not fixed
// either; once it counts again it is new.
func TestCompareWaived(t *testing.T) {
	waived := findings("a")
	waived[0].Waived = &Waiver{Reason: "so"}
	counted, none := &SubjectResult{Findings: findings("a")}, &SubjectResult{}
	agreed := &SubjectResult{Findings: waived}
	for name, tt := range map[string]struct {
		before, after      *SubjectResult
		fresh, fixed, same int
	}{
		"comes waived":     {none, agreed, 0, 0, 0},
		"stays waived":     {agreed, agreed, 0, 0, 0},
		"goes waived":      {agreed, none, 0, 0, 0},
		"gets waived":      {counted, agreed, 0, 0, 0},
		"counts again":     {agreed, counted, 1, 0, 0},
		"counts as ever":   {counted, counted, 0, 0, 1},
		"counted and went": {counted, none, 0, 1, 0},
	} {
		c := CompareResults(tt.before, tt.after)
		if len(c.New) != tt.fresh || len(c.Fixed) != tt.fixed || len(c.Unchanged) != tt.same {
			t.Errorf("%s: %d new, %d fixed, %d unchanged", name, len(c.New), len(c.Fixed), len(c.Unchanged))
		}
	}
}

func TestFingerprint(t *testing.T) {
	base := Finding{Rule: "a/b", Subject: "s", Path: []string{"s", "p"}, License: "l", Term: "t", Clause: "1", Message: "line 3"}
	moved := base
	moved.Message, moved.At = "line 31", []Position{}
	if base.Fingerprint() != moved.Fingerprint() {
		t.Error("another line makes another finding")
	}
	seen := map[string]bool{base.Fingerprint(): true}
	for name, change := range map[string]func(*Finding){
		"rule": func(f *Finding) { f.Rule = "a/c" }, "subject": func(f *Finding) { f.Subject = "z" },
		"path": func(f *Finding) { f.Path = []string{"s", "q"} }, "license": func(f *Finding) { f.License = "m" },
		"term": func(f *Finding) { f.Term = "u" }, "clause": func(f *Finding) { f.Clause = "2" },
		"message": func(f *Finding) { f.Message = "line x" },
		"file":    func(f *Finding) { f.At = []Position{{File: "LICENSE"}} },
		"joined":  func(f *Finding) { f.License, f.Term = "lt", "" },
	} {
		other := base
		change(&other)
		if seen[other.Fingerprint()] {
			t.Errorf("another %s makes no other finding", name)
		}
		seen[other.Fingerprint()] = true
	}
}
