package catalog

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/entail-dev/entail/internal/model"
)

// families is families.yaml, arranged for lookup by word.
type families struct {
	// starts has the patterns that begin with a word, the longest first.
	starts map[string][]pattern
	// owners has the families of a namespace in lower case.
	owners map[string][]string
}

// pattern is a run of words that stands for a family, or, with except, one
// that only looks like it.
type pattern struct {
	words  []string
	family string
	except bool
}

// add enters one name of a family.
func (f *families) add(r *reader, name placed, family string, except bool) {
	split := nameWords(name.text)
	if len(split) == 0 {
		r.errorf(name.node, "name %q has no word", name.text)
		return
	}
	for _, have := range f.starts[split[0]] {
		if slices.Equal(have.words, split) {
			r.errorf(name.node, "name %q is already one of family %s", name.text, have.family)
			return
		}
	}
	f.starts[split[0]] = append(f.starts[split[0]], pattern{split, family, except})
}

// own enters one namespace of a family's publishers.
func (f *families) own(owner, family string) {
	owner = strings.ToLower(owner)
	f.owners[owner] = append(f.owners[owner], family)
}

// match finds the pattern at the start of words; nil where there is none.
func (f *families) match(words []string) *pattern {
	if len(words) == 0 {
		return nil
	}
	for i, p := range f.starts[words[0]] {
		if len(p.words) <= len(words) && slices.Equal(p.words, words[:len(p.words)]) {
			return &f.starts[words[0]][i]
		}
	}
	return nil
}

// familySets are the families of each folder that has some, ours first. They
// are looked up apart, so that no name of a user's can stand before one of ours.
type familySets []families

// in lists the families that words hold, in the order of the alphabet.
func (s familySets) in(words []string) []string {
	found := map[string]bool{}
	for i := range s {
		for _, family := range s[i].in(words) {
			found[family] = true
		}
	}
	return sortedOrEmpty(found)
}

// in lists the families that words hold, in the order of the alphabet.
func (f *families) in(words []string) []string {
	found := map[string]bool{}
	for i := 0; i < len(words); {
		p := f.match(words[i:])
		if p == nil {
			i++
			continue
		}
		if !p.except {
			found[p.family] = true
		}
		i += len(p.words)
	}
	return sortedOrEmpty(found)
}

// sortedOrEmpty lists a set; it is never nil.
func sortedOrEmpty(set map[string]bool) []string {
	list := slices.AppendSeq(make([]string, 0, len(set)), maps.Keys(set))
	slices.Sort(list)
	return list
}

// nameWords splits a name, in lower case, wherever neither letters nor digits
// stand and where the two meet.
func nameWords(name string) []string {
	var words []string
	start, last := -1, 0
	for i, c := range name {
		kind := 0
		switch {
		case unicode.IsLetter(c) || unicode.IsMark(c):
			kind = 1
		case unicode.IsDigit(c):
			kind = 2
		}
		if kind != last && start >= 0 {
			words = append(words, strings.ToLower(name[start:i]))
			start = -1
		}
		if kind != 0 && start < 0 {
			start = i
		}
		last = kind
	}
	if start >= 0 {
		words = append(words, strings.ToLower(name[start:]))
	}
	return words
}

// splitID takes an id apart into namespace and name. The namespace of an id on
// GitHub is none of the Hub's: whoever has a name there need not have it here.
// A folder's path is no namespace.
func splitID(id string) (namespace, name string) {
	id, onDisk := strings.CutPrefix(id, string(model.OnDisk)+":")
	name = id[strings.LastIndexByte(id, '/')+1:]
	if len(name) < len(id) && !onDisk {
		namespace = id[:len(id)-len(name)-1]
	}
	return namespace, name
}

// NameFacts measures an id against the name prefixes and parts that licences
// of the catalogue require and against the model families. published is
// false where the id is only a folder's name. The lists are sorted and never
// nil.
func (c *Catalog) NameFacts(id string, published bool) model.NameFacts {
	namespace, name := splitID(id)
	words := nameWords(name)
	if ref, ok := model.ParseGitHub(id); ok {
		// A folder of a repository is named by both.
		parts, _ := ref.GitHub()
		words = nameWords(parts.Repo + "/" + parts.Folder)
	}
	facts := model.NameFacts{
		Published: published, StartsWith: []string{}, Contains: []string{},
		Families: c.families.in(words), Owner: []string{},
	}
	for _, prefix := range c.prefixes {
		if namedLike(name, prefix) {
			facts.StartsWith = append(facts.StartsWith, prefix)
		}
	}
	squeezed := squeeze(name)
	for _, part := range c.parts {
		if strings.Contains(squeezed, squeeze(part)) {
			facts.Contains = append(facts.Contains, part)
		}
	}
	for _, set := range c.families {
		facts.Owner = append(facts.Owner, set.owners[strings.ToLower(namespace)]...)
	}
	slices.Sort(facts.Owner)
	return facts
}

// isGap holds for what a repository's name cannot hold or may replace: a
// blank in a required name is written as hyphen, underscore or nothing.
func isGap(c rune) bool { return c == '-' || c == '_' || unicode.IsSpace(c) }

// squeeze drops gaps and letter case.
func squeeze(name string) string {
	return strings.Map(func(c rune) rune {
		if isGap(c) {
			return -1
		}
		return unicode.ToLower(c)
	}, name)
}

// namedLike holds for a name that starts with prefix, gaps and letter case
// aside, unless the prefix ends amid a number, as "X 3" does in "X-30B".
func namedLike(name, prefix string) bool {
	want := []rune(squeeze(prefix))
	for _, c := range name {
		switch {
		case len(want) == 0:
			last := prefix[len(prefix)-1]
			return !unicode.IsDigit(c) || last < '0' || last > '9'
		case isGap(c):
		case unicode.ToLower(c) != want[0]:
			return false
		default:
			want = want[1:]
		}
	}
	return len(want) == 0
}
