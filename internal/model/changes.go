package model

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// Changes says how one release differs from an earlier state of itself in what
// was found and in what binds it.
type Changes struct {
	Subject string `json:"subject"`
	// Before is the earlier verdict, empty where there was no such release.
	Before Verdict `json:"before"`
	After  Verdict `json:"after"`
	// New, Fixed and Unchanged are findings of the later state, of the earlier
	// one only, and of the later one that the earlier one had too. What is waived
	// in either counts for nothing there.
	New       []Finding `json:"new"`
	Fixed     []Finding `json:"fixed"`
	Unchanged []Finding `json:"unchanged"`
	// Gained and Lost are the terms that bind the later state only, and the
	// earlier one only.
	Gained []InheritedTerm `json:"gained"`
	Lost   []InheritedTerm `json:"lost"`
	// BasesAdded and BasesRemoved are ids of base models that the release
	// itself names.
	BasesAdded   []string `json:"bases_added"`
	BasesRemoved []string `json:"bases_removed"`
	// LicenseBefore and LicenseAfter are the effective licences in words.
	LicenseBefore string `json:"license_before"`
	LicenseAfter  string `json:"license_after"`
}

// Any says whether anything changed that a reader of a report would notice.
func (c *Changes) Any() bool {
	return len(c.New)+len(c.Fixed)+len(c.Gained)+len(c.Lost)+len(c.BasesAdded)+len(c.BasesRemoved) > 0 ||
		c.Before != c.After || c.LicenseBefore != c.LicenseAfter
}

// CompareResults says what changed between two results of one release. Before
// is nil where the release did not exist.
func CompareResults(before, after *SubjectResult) Changes {
	if before == nil {
		before = &SubjectResult{}
	}
	c := Changes{
		Subject: after.Subject, Before: before.Verdict, After: after.Verdict,
		LicenseBefore: before.License.Effective, LicenseAfter: after.License.Effective,
	}
	c.New, c.Unchanged, c.Fixed = split(Counted(before.Findings), after.Findings, Finding.Fingerprint)
	c.New, c.Unchanged = Counted(c.New), Counted(c.Unchanged)
	c.Gained, _, c.Lost = split(before.Terms, after.Terms, InheritedTerm.identity)
	itself := func(id string) string { return id }
	c.BasesAdded, _, c.BasesRemoved = split(before.bases(), after.bases(), itself)
	return c
}

// bases are the ids that the subject was made from.
func (r *SubjectResult) bases() []string {
	var ids []string
	for _, e := range r.Lineage.Edges {
		if e.Child == r.Subject && !slices.Contains(ids, e.Parent) {
			ids = append(ids, e.Parent)
		}
	}
	return ids
}

// split pairs what two lists have in common, each item once, and returns what
// only the second has, what both have, and what only the first has.
func split[T any](before, after []T, identity func(T) string) (added, kept, removed []T) {
	added, kept, removed = []T{}, []T{}, []T{}
	left := map[string]int{}
	for _, item := range before {
		left[identity(item)]++
	}
	for _, item := range after {
		if id := identity(item); left[id] > 0 {
			left[id]--
			kept = append(kept, item)
			continue
		}
		added = append(added, item)
	}
	// Of several alike the last ones are those without a partner.
	for _, item := range slices.Backward(before) {
		if id := identity(item); left[id] > 0 {
			left[id]--
			removed = append(removed, item)
		}
	}
	slices.Reverse(removed)
	return added, kept, removed
}

// Fingerprint identifies a finding across versions of a release: it depends on
// the rule, on what the finding is about and on its words, and not on the lines
// or amounts in it. It is a SHA-256 in hexadecimal.
func (f Finding) Fingerprint() string {
	files := []string{}
	for _, at := range f.At {
		if !slices.Contains(files, at.File) {
			files = append(files, at.File)
		}
	}
	return digest(f.Rule, f.Subject, strings.Join(f.Path, "\x1f"), f.License, f.Term, f.Clause,
		strings.Join(files, "\x1f"), withoutNumbers(f.Message))
}

func (t InheritedTerm) identity() string { return digest(t.Term, t.License, t.Clause, t.From) }

func digest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x1e")))
	return hex.EncodeToString(sum[:])
}

// withoutNumbers replaces each run of digits by one mark.
func withoutNumbers(s string) string {
	var b strings.Builder
	digits := false
	for _, r := range s {
		if r >= '0' && r <= '9' {
			if !digits {
				b.WriteByte('#')
			}
			digits = true
			continue
		}
		digits = false
		b.WriteRune(r)
	}
	return b.String()
}
