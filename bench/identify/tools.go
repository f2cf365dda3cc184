package main

import (
	"cmp"
	"slices"
	"time"

	"github.com/google/licensecheck"
	classifier "github.com/google/licenseclassifier/v2"
	"github.com/google/licenseclassifier/v2/assets"

	"github.com/entail-dev/entail/internal/license"
)

// tool is another program's way to name the licence of a text.
type tool struct {
	name string
	// name names the licence that most of a text is, by its SPDX id; empty for
	// none.
	identify func(text []byte) string
	// knows says whether the tool can name a licence.
	knows func(id string) bool
}

// others are the tools compared with.
func others() ([]tool, error) {
	known := map[string]bool{}
	for _, l := range licensecheck.BuiltinLicenses() {
		known[plainID(l.ID)] = true
	}
	all, err := assets.DefaultClassifier()
	if err != nil {
		return nil, err
	}
	return []tool{
		{"licensecheck v0.3.1", checked, func(id string) bool { return known[plainID(id)] }},
		{"licenseclassifier v2.0.0", func(text []byte) string { return classified(all, text) }, inAssets},
	}, nil
}

// checked takes the licence that matches the longest part of the text.
func checked(text []byte) string {
	best := licensecheck.Match{}
	for _, m := range licensecheck.Scan(text).Match {
		if !m.IsURL && m.End-m.Start > best.End-best.Start {
			best = m
		}
	}
	return best.ID
}

// classified takes the licence that matches the longest part of the text.
func classified(c *classifier.Classifier, text []byte) string {
	found := slices.DeleteFunc(c.Match(text).Matches, func(m *classifier.Match) bool { return m.MatchType != "License" })
	if len(found) == 0 {
		return ""
	}
	return slices.MaxFunc(found, func(a, b *classifier.Match) int {
		return cmp.Compare(a.EndTokenIndex-a.StartTokenIndex, b.EndTokenIndex-b.StartTokenIndex)
	}).Name
}

// inAssets says whether licenseclassifier has a text of a licence.
func inAssets(id string) bool {
	for _, file := range []string{"license.txt", "pristine.txt"} {
		if _, err := assets.ReadLicenseFile("License/" + id + "/" + file); err == nil {
			return true
		}
	}
	return false
}

// result is what each tool said of one text, and how long it took.
type result struct {
	ours   string
	took   time.Duration
	theirs []string
	others []time.Duration
}

// answer lets all tools read one text in turn.
func answer(q question, others []tool, rounds int) result {
	out := result{theirs: make([]string, len(others)), others: make([]time.Duration, len(others))}
	identify := license.Identify
	if q.lib != nil {
		identify = q.lib.Identify
	}
	for i := range rounds {
		start := time.Now()
		out.ours = identify("LICENSE", q.Text).ID
		out.took = fastest(i, out.took, time.Since(start))
		for k, tool := range others {
			start := time.Now()
			out.theirs[k] = tool.identify(q.Text)
			out.others[k] = fastest(i, out.others[k], time.Since(start))
		}
	}
	return out
}

func fastest(round int, least, took time.Duration) time.Duration {
	if round == 0 {
		return took
	}
	return min(least, took)
}
