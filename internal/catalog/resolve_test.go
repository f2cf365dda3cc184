package catalog

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/github/go-spdx/v2/spdxexp"
)

// same compares lists of alternatives.
func same(a, b [][]string) bool {
	return slices.EqualFunc(a, b, func(x, y []string) bool { return slices.Equal(x, y) })
}

func TestResolve(t *testing.T) {
	c := catalog(t)
	tests := []struct {
		id, name string
		want     [][]string
	}{
		{"apache-2.0", "", [][]string{{"apache-2.0"}}},
		{" Apache License 2.0 ", "", [][]string{{"apache-2.0"}}},
		{"APACHE_2.0", "", [][]string{{"apache-2.0"}}},
		{"apache  2.0", "", [][]string{{"apache-2.0"}}},
		{"Apache-2", "", [][]string{{"apache-2.0"}}},
		{"MIT", "", [][]string{{"mit"}}},
		{"mit license", "", [][]string{{"mit"}}},
		{"gplv3", "", [][]string{{"gpl-3.0"}}},
		{"GPL-3.0-or-later", "", [][]string{{"gpl-3.0"}}},
		{"GPL-2.0+", "", [][]string{{"gpl-2.0"}}},
		{"gpl 2.0 or later", "", [][]string{{"gpl-2.0"}}},
		{"bsd-3", "", [][]string{{"bsd-3-clause"}}},
		{"CC BY NC 4.0", "", [][]string{{"cc-by-nc-4.0"}}},
		{"cc-by-nc-4.0-license", "", [][]string{{"cc-by-nc-4.0"}}},
		{"Creative Commons Attribution 4.0", "", [][]string{{"cc-by-4.0"}}},
		{"Creative Commons Attribution Non Commercial Share Alike 4.0", "", [][]string{{"cc-by-nc-sa-4.0"}}},
		{"CC-BY-ND", "", [][]string{{"cc-by-nd-4.0"}}},
		{"LicenseRef-arXiv-nonexclusive-1.0", "", [][]string{{"arxiv-nonexclusive-1.0"}}},
		// The name counts only where the id leaves it to the name.
		{"apache-2.0", "yi-license", [][]string{{"apache-2.0"}}},
		{"other", "llama3.1", [][]string{{"llama3.1"}}},
		{"Other", "Apple Sample Code License", [][]string{{"apple-ascl"}}},
		{"", "llama3", [][]string{{"llama3"}}},
		{"other", "MIT OR Apache-2.0", [][]string{{"mit"}, {"apache-2.0"}}},
		{"other", "our-very-own", [][]string{{"other"}}},
		{"other", "terms and conditions", [][]string{{"other"}}},
		{"other", "", [][]string{{"other"}}},
		{"", "our-very-own", [][]string{{"other"}}},
		{"", "", [][]string{}},
		{"  ", "", [][]string{}},
		// What is not known stays as it was written.
		{"Our-Very-Own", "", [][]string{{"Our-Very-Own"}}},
		{"Terms and Conditions", "", [][]string{{"Terms and Conditions"}}},
		{"Apache 2.0 (model weights only)", "", [][]string{{"Apache 2.0 (model weights only)"}}},
		{"unlicensed", "", [][]string{{"unlicensed"}}},
		// Expressions.
		{"Apache-2.0 OR MIT", "", [][]string{{"apache-2.0"}, {"mit"}}},
		{"Apache-2.0 AND MIT", "", [][]string{{"apache-2.0", "mit"}}},
		{"(Apache-2.0 OR MIT) AND CC-BY-4.0", "", [][]string{{"apache-2.0", "cc-by-4.0"}, {"mit", "cc-by-4.0"}}},
		{"Apache-2.0 OR MIT AND ISC", "", [][]string{{"apache-2.0"}, {"mit", "isc"}}},
		{"(MIT)", "", [][]string{{"mit"}}},
		{"MIT AND MIT", "", [][]string{{"mit"}}},
		{"MIT OR mit", "", [][]string{{"mit"}}},
		{"GPL-2.0-only WITH Classpath-exception-2.0", "", [][]string{{"gpl-2.0"}}},
		{"Nope-1.0 WITH Some-exception", "", [][]string{{"Nope-1.0 WITH Some-exception"}}},
		{"LicenseRef-a OR LicenseRef-b", "", [][]string{{"LicenseRef-a"}, {"LicenseRef-b"}}},
		{"MIT OR Nope-1.0", "", [][]string{{"mit"}, {"Nope-1.0"}}},
		{"apache-2.0 or mit", "", [][]string{{"apache-2.0"}, {"mit"}}},
		{"apache 2.0 and mit license", "", [][]string{{"apache-2.0", "mit"}}},
		{"Apache 2.0 and bespoke community license", "", [][]string{{"apache-2.0", "bespoke community license"}}},
		// Not quite expressions.
		{"MIT OR", "", [][]string{{"MIT OR"}}},
		{"OR MIT", "", [][]string{{"OR MIT"}}},
		{"(MIT", "", [][]string{{"(MIT"}}},
		{"MIT)", "", [][]string{{"MIT)"}}},
		{"()", "", [][]string{{"()"}}},
		{"MIT WITH", "", [][]string{{"MIT WITH"}}},
	}
	for _, test := range tests {
		if got := c.Resolve(test.id, test.name); !same(got, test.want) {
			t.Errorf("Resolve(%q, %q) = %v, want %v", test.id, test.name, got, test.want)
		}
	}
}

func TestResolveBounds(t *testing.T) {
	c := catalog(t)
	many := strings.Repeat("MIT OR ", maxExpressionLicenses) + "ISC"
	wide := strings.TrimSuffix(strings.Repeat("(MIT OR ISC OR Zlib OR WTFPL) AND ", 6), " AND ")
	deep := strings.Repeat("(", maxExpressionDepth+1) + "MIT" + strings.Repeat(")", maxExpressionDepth+1)
	long := strings.Repeat("x", maxExpressionBytes) + " OR MIT"
	for _, id := range []string{many, deep, long} {
		if got := c.Resolve(id, ""); !same(got, [][]string{{id}}) {
			t.Errorf("an expression over the limits was taken apart: %.60q gives %d alternatives", id, len(got))
		}
	}
	// Alternatives that say the same are one.
	if got := c.Resolve(wide, ""); len(got) > maxAlternatives {
		t.Errorf("%d alternatives", len(got))
	}
	within := strings.Repeat("MIT OR ", maxExpressionLicenses-1) + "ISC"
	if got := c.Resolve(within, ""); !same(got, [][]string{{"mit"}, {"isc"}}) {
		t.Errorf("an expression within the limits gives %v", got)
	}
}

// The SPDX library decides whether one licence satisfies an expression; so
// does the list of alternatives, and they agree.
func TestResolveAgreesWithSPDX(t *testing.T) {
	c := catalog(t)
	ids := []string{"MIT", "Apache-2.0", "ISC", "Zlib", "CC-BY-4.0"}
	shapes := []string{
		"%[1]s", "%[1]s OR %[2]s", "%[1]s AND %[2]s", "%[1]s OR %[2]s AND %[3]s", "(%[1]s OR %[2]s) AND %[3]s",
		"%[1]s AND (%[2]s OR %[3]s AND %[4]s)", "(%[1]s AND %[2]s) OR (%[3]s AND %[4]s)", "((%[1]s)) OR (%[2]s OR (%[3]s AND %[4]s))",
	}
	for _, shape := range shapes {
		expression := fmt.Sprintf(shape+"%.0[5]s", "MIT", "Apache-2.0", "ISC", "Zlib", "")
		expression = strings.TrimSpace(strings.Split(expression, "%!")[0])
		alternatives := c.Resolve(expression, "")
		for mask := 1; mask < 1<<len(ids); mask++ {
			var allowed []string
			for i, id := range ids {
				if mask&(1<<i) != 0 {
					allowed = append(allowed, id)
				}
			}
			want, err := spdxexp.Satisfies(expression, allowed)
			if err != nil {
				t.Fatalf("%s: %v", expression, err)
			}
			got := slices.ContainsFunc(alternatives, func(keys []string) bool {
				for _, key := range keys {
					if !slices.ContainsFunc(allowed, func(id string) bool { return strings.EqualFold(id, key) }) {
						return false
					}
				}
				return true
			})
			if got != want {
				t.Errorf("%s with %v: alternatives %v say %v, SPDX says %v", expression, allowed, alternatives, got, want)
			}
		}
	}
}

func TestNearest(t *testing.T) {
	c := catalog(t)
	tests := []struct {
		id   string
		n    int
		want []string
	}{
		{"apach-2.0", 1, []string{"apache-2.0"}},
		{"lama3.1", 1, []string{"llama3.1"}},
		{"cc-by-cn-4.0", 1, []string{"cc-by-nc-4.0"}},
		{"MTI", 1, []string{"mit"}},
		{"unlicensed", 1, []string{"unlicense"}},
		{"the-quick-brown-fox-license", 3, []string{}},
		{"", 3, []string{}},
		{"mit", 0, []string{}},
		{strings.Repeat("m", 5000), 3, []string{}},
	}
	for _, test := range tests {
		got := c.Nearest(test.id, test.n)
		if !slices.Equal(got, test.want) {
			t.Errorf("Nearest(%.40q, %d) = %v, want %v", test.id, test.n, got, test.want)
		}
	}
	first := c.Nearest("gpl-4.0", 5)
	if len(first) != 5 {
		t.Fatalf("Nearest(gpl-4.0, 5) = %v", first)
	}
	for range 5 {
		if again := c.Nearest("gpl-4.0", 5); !slices.Equal(again, first) {
			t.Errorf("Nearest is not the same each time: %v, %v", first, again)
		}
	}
}

func TestEditDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"abc", "abc", 0}, {"abc", "acb", 1}, {"abc", "abd", 1}, {"abc", "ab", 1}, {"", "abc", 3}, {"kitten", "sitting", 3}} {
		if got := editDistance(test.a, test.b); got != test.want {
			t.Errorf("editDistance(%q, %q) = %d, want %d", test.a, test.b, got, test.want)
		}
		if got := editDistance(test.b, test.a); got != test.want {
			t.Errorf("editDistance(%q, %q) = %d, want %d", test.b, test.a, got, test.want)
		}
	}
}

func FuzzResolve(f *testing.F) {
	c := catalog(f)
	for _, id := range []string{"mit", "MIT OR (Apache-2.0 AND ISC)", "GPL-2.0+ WITH x", "other", "((", "a or b and c", "", "\x00\xff"} {
		f.Add(id, "")
		f.Add("other", id)
	}
	f.Fuzz(func(t *testing.T, id, name string) {
		got := c.Resolve(id, name)
		if len(got) == 0 && strings.TrimSpace(id+name) != "" {
			t.Fatalf("Resolve(%q, %q) is empty", id, name)
		}
		if len(got) > maxAlternatives {
			t.Fatalf("%d alternatives", len(got))
		}
		for _, keys := range got {
			if len(keys) == 0 || len(keys) > maxExpressionLicenses {
				t.Fatalf("Resolve(%q, %q) has an alternative of %d licences", id, name, len(keys))
			}
			for _, key := range keys {
				if again := c.Resolve(key, ""); len(keys) == 1 && len(got) == 1 && !same(again, got) {
					t.Fatalf("Resolve(%q, %q) = %v, and that resolves to %v", id, name, got, again)
				}
			}
		}
		c.Nearest(id, 3)
	})
}
