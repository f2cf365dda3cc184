package license

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// TestWorkGrowsWithTheText holds that a text ten times as long takes no more
// than about ten times the steps and the memory, whatever it holds.
func TestWorkGrowsWithTheText(t *testing.T) {
	kettle := made("Kettle License Version 1.0", 12)
	harbour := strings.ReplaceAll(made("Harbour License Version 2.0", 14), "kettle", "cask")
	half := kettle[:len(kettle)/2]
	clauses := strings.SplitAfter(kettle, "\n\n")
	lib := madeLibrary(t)
	for name, piece := range map[string]func(i int) string{
		"one licence":             func(int) string { return kettle },
		"two licences in turn":    func(int) string { return kettle + harbour },
		"halves":                  func(int) string { return half },
		"one clause":              func(int) string { return clauses[5] },
		"clauses in disorder":     func(i int) string { return clauses[2+(i*7)%12] + clauses[2+(i*5)%12] },
		"near copies":             func(i int) string { return strings.Replace(kettle, "25 days", fmt.Sprint(i, " days"), 1) },
		"one line":                func(int) string { return strings.ReplaceAll(kettle, "\n", " ") },
		"no licence":              func(i int) string { return "lorem ipsum " + wordOf(i) + "\n" },
		"the same word":           func(int) string { return "kettle " },
		"copyright statements":    func(int) string { return "Copyright (c) 2020 Somebody and Others\n" },
		"page numbers":            func(i int) string { return fmt.Sprintf("%d\n\fKettle License Version 1.0\n\n", i) },
		"list marks":              func(int) string { return "1.1.1 (a) iv) [x] " },
		"open brackets and tags":  func(int) string { return "<script><!--[a](b{`" },
		"entities and escapes":    func(int) string { return "&nbsp;&#10;\\_\\\\" },
		"invalid UTF-8":           func(int) string { return "\xff\xfe\xc2 kettle\xf0\x28" },
		"headings":                func(i int) string { return fmt.Sprintf("\n\nSection %d\n\nATTACHMENT A\n\n", i) },
		"addresses":               func(int) string { return "https://example.org/licenses/kettle-1.0/a://b" },
		"names of licences":       func(int) string { return "Kettle License 1.0, Harbour License 2.0 " },
		"SPDX-License-Identifier": func(int) string { return "SPDX-License-Identifier: " },
	} {
		t.Run(name, func(t *testing.T) {
			spend := func(n int) (steps int, allocated uint64) {
				var text bytes.Buffer
				for i := range n {
					text.WriteString(piece(i))
				}
				w := tokenize(text.Bytes(), compared)
				lib.search(&w)
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				lib.Identify("LICENSE", text.Bytes())
				runtime.ReadMemStats(&after)
				return w.work + len(w.tokens), after.TotalAlloc - before.TotalAlloc
			}
			const n = 40
			steps, memory := spend(n)
			manySteps, muchMemory := spend(10 * n)
			if manySteps > 15*(steps+1000) {
				t.Errorf("%d steps for %d pieces, %d for %d", steps, n, manySteps, 10*n)
			}
			if muchMemory > 20*(memory+100_000) {
				t.Errorf("%d bytes for %d pieces, %d for %d", memory, n, muchMemory, 10*n)
			}
		})
	}
}

// TestIdentifyReadsTheBeginningOfALargeText holds that a text that was not read
// to its end is never taken for a licence as published.
func TestIdentifyReadsTheBeginningOfALargeText(t *testing.T) {
	kettle := made("Kettle License Version 1.0", 12)
	for name, tt := range map[string]struct{ text, id string }{
		"blank behind it":  {kettle + strings.Repeat("\n", MaxTextBytes), "kettle-1.0"},
		"terms behind it":  {kettle + strings.Repeat(" ", MaxTextBytes) + "Not for use at sea.", "kettle-1.0"},
		"a reference":      {"SPDX-License-Identifier: Kettle-1.0\n" + strings.Repeat("\n", MaxTextBytes), "kettle-1.0"},
		"nothing but text": {strings.Repeat("lorem ", MaxTextBytes/5), ""},
		"one line":         {strings.Repeat("a", MaxTextBytes+1), ""},
	} {
		got := madeLibrary(t).Identify("LICENSE", []byte(tt.text))
		if got.ID != tt.id || !got.Modified || len(got.Added) == 0 {
			t.Errorf("%s: %q modified %v added %v", name, got.ID, got.Modified, got.Added)
		}
	}
	if got := madeLibrary(t).Identify("LICENSE", []byte(kettle+strings.Repeat("\n", MaxTextBytes-len(kettle)))); got.Modified {
		t.Errorf("a text read to its end is modified: %v", got.Added)
	}
}
