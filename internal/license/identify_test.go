package license

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/model"
)

// made is a licence that nobody has, of n clauses with words of their own for
// each title.
func made(title string, n int) string {
	var b strings.Builder
	seed := len(title) * int(title[0])
	b.WriteString(title + "\n\nCopyright (c) 2020 Somebody\n\n")
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, "%d. The bearer of kettle %s may carry it to harbour %s within %d days, and shall\nnot paint it %s without asking the keeper of pier %s.\n\n",
			i, wordOf(i*7+seed), wordOf(i*11+seed), 20+i, wordOf(i*13+seed), wordOf(i*17+seed))
	}
	return b.String()
}

// wordOf spells a number in letters.
func wordOf(n int) string {
	out := "q"
	for ; n > 0; n /= 20 {
		out += string(rune('a' + n%20))
	}
	return out
}

// toll is a licence with numbers that look like list marks.
func toll() string {
	return made("Toll License Version 1.0", 6) + "The toll is 1.5 per cent of the freight, see section 3.2 of these terms.\n"
}

func madeLibrary(t *testing.T) *Library {
	t.Helper()
	data, err := Compile([]Sample{
		{ID: "kettle-1.0", Name: "a", Text: []byte(made("Kettle License Version 1.0", 12))},
		{ID: "harbour-2.0", Name: "a", Text: []byte(strings.ReplaceAll(made("Harbour License Version 2.0", 14), "kettle", "cask"))},
		// A licence that has kept the heading of the one it was made from.
		{ID: "modified-kettle-1.0", Name: "a", Text: []byte(strings.Replace(made("Inn and Tavern Agreement", 9), "Inn and Tavern Agreement", "Kettle License Version 1.0", 1))},
		{ID: "toll-1.0", Name: "a", Text: []byte(toll())},
		{ID: "harbour-2.0", Name: "b--short-notice", Notice: true,
			Text: []byte("Licensed under the Harbour License, Version 2.0; see the harbour office for a copy of it.")},
	})
	if err != nil {
		t.Fatal(err)
	}
	lib, err := load(data)
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

func TestIdentify(t *testing.T) {
	kettle, harbour := made("Kettle License Version 1.0", 12), strings.ReplaceAll(made("Harbour License Version 2.0", 14), "kettle", "cask")
	lines := strings.Split(kettle, "\n")
	for _, tt := range []struct {
		name, text string
		id         string
		modified   bool
		reference  bool
		added      string
		also       string
	}{
		{name: "itself", text: kettle, id: "kettle-1.0"},
		{name: "another holder", text: strings.Replace(kettle, "2020 Somebody", "1999-2024 The Kettle Authors, Inc. All rights reserved.", 1), id: "kettle-1.0"},
		{name: "other numbering", text: strings.NewReplacer("\n1. The", "\na) The", "\n2. The", "\n- The").Replace(kettle), id: "kettle-1.0"},
		{name: "without a heading", text: strings.Join(lines[1:], "\n"), id: "kettle-1.0"},
		{name: "one clause more", text: kettle + "\n13. The kettle stays ashore on Sundays.\n", id: "kettle-1.0", modified: true, added: "42-42"},
		{name: "one word less", text: strings.Replace(kettle, "shall\nnot paint", "shall\npaint", 1), id: "kettle-1.0", modified: true, added: "5-5"},
		{name: "another number", text: strings.Replace(kettle, "25 days", "26 days", 1), id: "kettle-1.0", modified: true, added: "17-17"},
		{name: "another rate", text: strings.Replace(toll(), "1.5", "9.5", 1), id: "toll-1.0", modified: true, added: "23-23"},
		{name: "another section", text: strings.Replace(toll(), "3.2", "3.1", 1), id: "toll-1.0", modified: true, added: "23-23"},
		{name: "another version", text: strings.Replace(toll(), "1.0", "1.1", 1), id: "toll-1.0", modified: true, added: "1-1"},
		{name: "another version of other terms", text: strings.NewReplacer("1.0", "1.1", "1.5", "2.5").Replace(toll()), modified: true,
			added: "1-1 5-6 8-9 11-12 14-15 17-18 20-21 23-23"},
		{name: "a clause less", text: strings.Join(slices.Delete(slices.Clone(lines), 19, 22), "\n"), id: "kettle-1.0", modified: true, added: "18-18"},
		{name: "terms behind the holder", text: strings.Replace(kettle, "Somebody", "Somebody. Not for use at sea.", 1), id: "kettle-1.0", modified: true, added: "3-3"},
		{name: "two licences", text: kettle + "\n" + harbour, id: "kettle-1.0", also: "harbour-2.0 42-86"},
		{name: "the heading of another", text: strings.NewReplacer("Kettle License Version 1.0", "Cauldron License Version 9.0", "days", "weeks").Replace(kettle), modified: true, added: "1-1 5-6 8-9 11-12 14-15 17-18 20-21 23-24 26-27 29-30 32-33 35-36 38-39"},
		{name: "notice", text: "Copyright 2021 Someone\n\nLicensed under the Harbour License, Version 2.0; see the harbour office for a copy of it.\n", id: "harbour-2.0", reference: true},
		{name: "named", text: "This work is released under the Kettle License, version 1.0.", id: "kettle-1.0", reference: true},
		{name: "named with an exception", text: "Released under the Kettle License 1.0, except at sea.", modified: true, added: "1-1"},
		{name: "a later one", text: "Released under the Kettle License 1.0.3.", modified: true, added: "1-1"},
		{name: "SPDX", text: "SPDX-License-Identifier: Kettle-1.0\n", id: "kettle-1.0", reference: true},
		{name: "SPDX above the text", text: "SPDX-License-Identifier: Kettle-1.0\n\n" + kettle, id: "kettle-1.0"},
		{name: "SPDX of another above the text", text: "SPDX-License-Identifier: Harbour-2.0\n\n" + kettle, id: "kettle-1.0", modified: true, added: "1-1"},
		{name: "a comment that restricts", text: kettle + "\n<!-- Not for use at sea. -->\n", id: "kettle-1.0", modified: true, added: "42-42"},
		{name: "SPDX unknown", text: "SPDX-License-Identifier: Pot-1.0\n", reference: true},
		{name: "address", text: "See https://example.org/licenses/kettle-1.0.txt", id: "kettle-1.0", reference: true},
		{name: "address unknown", text: "https://example.org/terms", reference: true},
		{name: "two named", text: "Kettle License 1.0 or Harbour License 2.0, as you like.", reference: true, also: "harbour-2.0 1-1 kettle-1.0 1-1"},
		{name: "unknown", text: "Take it, and bring it back before winter comes.", modified: true, added: "1-1"},
		{name: "empty", text: ""},
		{name: "binary", text: "MZ\x00\x01" + kettle},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := madeLibrary(t).Identify("LICENSE", []byte(tt.text))
			if got.ID != tt.id || got.Modified != tt.modified || got.Reference != tt.reference {
				t.Errorf("got %q modified %v reference %v coverage %.2f missing %.2f", got.ID, got.Modified, got.Reference, got.Coverage, got.Missing)
			}
			if s := spanText(got.Added); s != tt.added {
				t.Errorf("added %q, want %q", s, tt.added)
			}
			var also []string
			for _, a := range got.Also {
				also = append(also, fmt.Sprintf("%s %d-%d", a.ID, a.From, a.To))
			}
			if s := strings.Join(also, " "); s != tt.also {
				t.Errorf("also %q, want %q", s, tt.also)
			}
			sum := sha256.Sum256([]byte(tt.text))
			if got.SHA256 != hex.EncodeToString(sum[:]) || got.File != "LICENSE" || got.Added == nil {
				t.Errorf("sha256 %q file %q added %v", got.SHA256, got.File, got.Added)
			}
		})
	}
}

func spanText(list []model.AddedSpan) string {
	var out []string
	for _, s := range list {
		out = append(out, fmt.Sprintf("%d-%d", s.From, s.To))
	}
	return strings.Join(out, " ")
}

// TestCopiesAreAllFound holds that a text of many copies gets no slower by
// more than their number, in the hits looked at: each is found in its place.
func TestCopiesAreAllFound(t *testing.T) {
	kettle := made("Kettle License Version 1.0", 12)
	for _, n := range []int{1, 3, 50, 1000} {
		got := madeLibrary(t).Identify("LICENSE", []byte(strings.Repeat(kettle, n)))
		if want := min(n, maxFound) - 1; got.ID != "kettle-1.0" || len(got.Also) != want {
			t.Errorf("%d copies: %q and %d more, want %d", n, got.ID, len(got.Also), want)
		}
	}
}

func TestCompileRefusesWhatIsTooShort(t *testing.T) {
	_, err := Compile([]Sample{{ID: "tiny", Name: "x", Text: []byte("Do as you like")}})
	if err == nil || !strings.Contains(err.Error(), "x of tiny: only 4 words") {
		t.Errorf("got %v", err)
	}
}

func TestCompileIsTheSameInAnyOrder(t *testing.T) {
	samples := []Sample{
		{ID: "b", Name: "1", Text: []byte(made("B License", 3))},
		{ID: "a", Name: "2", Text: []byte(made("A License", 4))},
		{ID: "a", Name: "1", Text: []byte(made("A License", 5))},
	}
	first, err := Compile(samples)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(samples)
	second, err := Compile(samples)
	if err != nil || string(first) != string(second) {
		t.Errorf("other bytes for another order (%v)", err)
	}
}

func TestLoadRefusesCorruptData(t *testing.T) {
	good, err := Compile([]Sample{{ID: "a", Name: "1", Text: []byte(made("A License", 3))}})
	if err != nil {
		t.Fatal(err)
	}
	for n := range good {
		if _, err := load(good[:n]); err == nil {
			t.Errorf("the first %d of %d bytes were taken for all", n, len(good))
		}
	}
}

func TestEmbeddedFingerprintsLoad(t *testing.T) {
	lib, err := load(embedded)
	if err != nil || len(lib.ids) < 100 {
		t.Fatalf("%d ids, %v", len(lib.ids), err)
	}
	if len(embedded) > 2<<20 {
		t.Errorf("%d bytes", len(embedded))
	}
}
