package catalog

import "slices"

// familyReader is one family as a file has it.
type familyReader struct {
	*reader
	at            pair
	own, replaces bool
	title         string
	// names, except and owners are the lists of the file.
	names, except, owners []placed
}

// readFamilies reads families.yaml of ours and those of users, each as a set of
// its own.
func readFamilies(layers []layer) (familySets, map[string]any, []error) {
	by := map[string]*familyReader{}
	read := make([][]*familyReader, len(layers))
	readers := make([]*reader, len(layers))
	var errs []error
	for i, from := range layers {
		readers[i] = &reader{file: from.shown(familiesFile)}
		if from.own && !from.has(familiesFile) {
			continue
		}
		root, err := parseFile(from, familiesFile)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		top := readers[i].fields(root, "the file", "families")
		if top["families"] == nil {
			readers[i].errorf(root, "families is missing")
			continue
		}
		names := 0
		for _, p := range readers[i].pairs(top["families"], "families") {
			f := readFamily(readers[i], p, from.own)
			if names += 1 + len(f.names) + len(f.except); from.own && names > maxAdded {
				f.errorf(p.key, "more than %d families with their names", maxAdded)
				break
			}
			f.place(by[p.name])
			by[p.name] = f
			read[i] = append(read[i], f)
		}
	}
	var sets familySets
	data := map[string]any{}
	for i, list := range read {
		list = slices.DeleteFunc(list, func(f *familyReader) bool { return by[f.at.name] != f })
		if i == 0 || len(list) > 0 {
			sets = append(sets, newFamilies(list, data))
		}
		errs = append(errs, readers[i].sorted()...)
	}
	return sets, data, errs
}

// readFamily reads one family.
func readFamily(r *reader, p pair, own bool) *familyReader {
	known := []string{"title", "names", "except", "owners"}
	if own {
		known = append(known, "replaces")
	}
	got := r.fields(p.node, "family "+p.name, known...)
	f := &familyReader{
		reader: r, at: p, own: own,
		title: r.required(p.key, got["title"], "title"), replaces: r.boolean(got["replaces"], "replaces"),
		names: r.list(got["names"], "names"), except: r.list(got["except"], "except"), owners: r.list(got["owners"], "owners"),
	}
	if len(f.names) == 0 {
		r.errorf(p.key, "family %s has no names", p.name)
	}
	return f
}

// place says what is wrong with a family of a user's beside the one that has
// its name so far; nil for none.
func (f *familyReader) place(other *familyReader) {
	switch {
	case other != nil && other.own:
		f.errorf(f.at.key, "family %q is in %s:%d too; leave one of them out", f.at.name, other.file, other.at.key.Line)
	case other != nil && !f.replaces:
		f.errorf(f.at.key, "family %q is entail's own (%s:%d); give yours another name, or say replaces: true to put it in its place",
			f.at.name, ours(other.file), other.at.key.Line)
	case other == nil && f.replaces:
		f.errorf(f.at.key, "entail has no family %q that could be replaced", f.at.name)
	}
}

// newFamilies arranges the families of one folder for lookup, and puts them
// into data.
func newFamilies(list []*familyReader, data map[string]any) families {
	set := families{starts: map[string][]pattern{}, owners: map[string][]string{}}
	for _, f := range list {
		for _, name := range f.names {
			set.add(f.reader, name, f.at.name, false)
		}
		for _, name := range f.except {
			set.add(f.reader, name, f.at.name, true)
		}
		owners := words(f.owners)
		for _, owner := range owners {
			set.own(owner, f.at.name)
		}
		about := map[string]any{
			"title": f.title, "names": anys(words(f.names)), "except": anys(words(f.except)), "owners": anys(owners),
		}
		if f.own {
			about["file"] = f.file
		}
		if f.replaces {
			about["replaces"] = true
		}
		data[f.at.name] = about
	}
	for _, starts := range set.starts {
		slices.SortStableFunc(starts, func(a, b pattern) int { return len(b.words) - len(a.words) })
	}
	for _, names := range set.owners {
		slices.Sort(names)
	}
	return set
}
