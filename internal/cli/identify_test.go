package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/testkit"
)

// TestIdentifyDiff changes real licence texts and holds that identify shows
// what was done to them and where.
func TestIdentifyDiff(t *testing.T) {
	licenses := filepath.Join(testkit.Corpus(t), "licenses")
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(licenses, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	apache := read("apache-2.0/sindresorhus__spdx-license-list.txt")
	for _, tt := range []struct {
		name, text string
		args       []string
		want       []string
		unwanted   string
	}{
		{"as published", apache, []string{"--diff"}, []string{"as published"}, "not here"},
		{"a word left out", strings.Replace(apache, "shall not include works", "shall include works", 1), []string{"--diff"},
			[]string{"lines  23 differ\n", "\n  -         1 word of section 1, not here\n"}, "+ "},
		{"a section left out", apache[:strings.Index(apache, "6. Trademarks")] + apache[strings.Index(apache, "7. Disclaimer"):], []string{"--diff"},
			[]string{"\n  -         44 words of section 6, not here\n"}, "+ "},
		{"a line put in", strings.Replace(apache, "6. Trademarks", "Nobody may paint it.\n\n6. Trademarks", 1), []string{"--diff", "--color", "always"},
			[]string{"\n  \x1b[32m+     47  Nobody may paint it.\x1b[0m\n"}, "not here"},
		{"not asked for", strings.Replace(apache, "6. Trademarks", "Nobody may paint it.\n\n6. Trademarks", 1), nil,
			[]string{"lines  47 differ\n"}, "paint"},
		{"another version", strings.NewReplacer("Llama 3.2", "Llama 9.9", "commercial", "civil", "700 million", "9 million").Replace(read("llama3.2/meta-llama__llama-models.txt")), []string{"--diff"},
			[]string{"no known licence\n  like   Llama 3.2", "of which it has 9"}, "+ "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "LICENSE")
			if err := os.WriteFile(file, []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			got := entail(t, nil, append([]string{"identify", file}, tt.args...)...)
			for _, want := range tt.want {
				if !strings.Contains(got.stdout, want) {
					t.Errorf("%q is not in\n%s%s", want, got.stdout, got.stderr)
				}
			}
			if strings.Contains(got.stdout, tt.unwanted) {
				t.Errorf("%q is in\n%s", tt.unwanted, got.stdout)
			}
		})
	}
}
