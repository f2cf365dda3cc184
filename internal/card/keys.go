package card

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/entail-dev/entail/internal/model"
)

// misspelled lists the keys that look like one the Hub reads and are not.
func misspelled(c model.Card) []model.Problem {
	var out []model.Problem
	for _, key := range slices.Sorted(maps.Keys(c.Metadata)) {
		right := meant(key)
		if right == "" {
			continue
		}
		how := "by its spelling"
		if strings.EqualFold(key, right) {
			how = "by letter case"
		}
		out = append(out, model.Problem{Kind: kindMisspelled, At: c.At[key],
			Detail: fmt.Sprintf("key %s differs from %q %s and declares nothing to the Hub; expected %q, for which it was taken",
				quote(key), right, how, right)})
		if len(out) == maxProblems {
			break
		}
	}
	return out
}

// meant is the known key that an unknown one was probably meant to be, empty
// where it is known itself or like none.
func meant(key string) string {
	const longest = 32
	if len(key) > longest || len(key) < 5 {
		return ""
	}
	known := []string{keyLicense, keyLicenseName, keyLicenseLink, keyBaseModel, keyRelation, keyDatasets}
	if slices.Contains(known, key) {
		return ""
	}
	folded := fold(key)
	best, least := "", 3
	for _, k := range known {
		right := fold(k)
		if max(len(right), len(folded))-min(len(right), len(folded)) >= least {
			continue
		}
		if d := distance(folded, right); d < least {
			best, least = k, d
		}
	}
	// Two slips are too many for a short word: half of it is then others'.
	if least == 2 && len(folded) < 7 {
		return ""
	}
	return best
}

// fold removes what people vary without thinking: case, separators and the
// British c.
func fold(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r == ' ' || r == '.' {
			return -1
		}
		return r
	}, strings.ToLower(s))
	return strings.ReplaceAll(s, "licence", "license")
}

// distance is how many letters to insert, delete, replace, or swap with the
// next, to make b of a.
func distance(a, b string) int {
	rows := [3][]int{make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := range len(a) {
		before, last, now := rows[0], rows[1], rows[2]
		now[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			d := min(last[j]+cost, last[j+1]+1, now[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				d = min(d, before[j-1]+1)
			}
			now[j+1] = d
		}
		rows[0], rows[1], rows[2] = last, now, before
	}
	return rows[1][len(b)]
}
