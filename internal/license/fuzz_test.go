package license

import (
	"bytes"
	"testing"
)

// FuzzIdentify holds what is true of any input: lines and fractions are in
// range, and white space at the end changes nothing.
func FuzzIdentify(f *testing.F) {
	kettle := made("Kettle License Version 1.0", 3)
	for _, seed := range []string{
		"", kettle, kettle + kettle, "SPDX-License-Identifier: MIT", "<!-- <script> [a](b", "\xff\xfea\x00", "---\n---\n", "[x y://z]", "&#x110000; \\\\", "1.1.1.1.1.1. (iv)",
		"Copyright (c)", "(c)", "https://example.org/licenses/a", "```\n`", "http://", "See https://", "License",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got := Identify("LICENSE", text)
		lines := 1 + bytes.Count(text, []byte("\n")) + bytes.Count(text, []byte("\r"))
		for _, s := range got.Added {
			if s.From < 1 || s.To < s.From || s.To > lines {
				t.Errorf("added %d to %d of %d lines", s.From, s.To, lines)
			}
		}
		for _, a := range got.Also {
			if a.ID == "" || a.From < 1 || a.To < a.From || a.To > lines || a.Coverage < 0 || a.Coverage > 1 {
				t.Errorf("also %+v of %d lines", a, lines)
			}
		}
		for _, p := range got.MissingParts {
			if p.Words < 1 || p.Line < 0 || p.Line > lines {
				t.Errorf("missing %+v of %d lines", p, lines)
			}
		}
		if got.Nearest != nil && (got.ID != "" || !got.Modified || got.Nearest.ID == "") {
			t.Errorf("%q, nearest %+v", got.ID, got.Nearest)
		}
		if got.Coverage < 0 || got.Coverage > 1 || got.Missing < 0 || got.Missing > 1 {
			t.Errorf("coverage %f missing %f", got.Coverage, got.Missing)
		}
		if line, column, ok := FindPhrase(text, string(text[:min(len(text), 20)])); ok && (line < 1 || column < 1) {
			t.Errorf("phrase at %d:%d", line, column)
		}
	})
}

// FuzzLoad holds that broken fingerprints are refused, whatever is wrong.
func FuzzLoad(f *testing.F) {
	good, err := Compile([]Sample{{ID: "a", Name: "1", Text: []byte(made("A License", 2))}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(magic)
	f.Fuzz(func(t *testing.T, data []byte) {
		if lib, err := load(data); err == nil {
			lib.Identify("LICENSE", []byte(made("A License", 2)))
		}
	})
}
