package catalog

import (
	"fmt"

	"github.com/entail-dev/entail/internal/license"
)

// readTexts has the wordings of users' licences recognised: KEY.txt beside the
// entry KEY.yaml. A text that is one of ours already is refused, as is one that
// cannot be told from another.
func (c *Catalog) readTexts(layers []layer) []error {
	var samples []license.Sample
	var errs []error
	for _, from := range layers[1:] {
		for _, name := range from.texts {
			key, shown := stem(name), from.shown(name)
			if c.entries[key].File != from.shown(catalogDir+"/"+key+".yaml") {
				errs = append(errs, fmt.Errorf("%s: there is no licence %s.yaml beside it", shown, key))
				continue
			}
			text, err := from.read(name)
			if err != nil {
				errs = append(errs, err)
				continue
			}
			if found := license.Identify(shown, text); found.ID != "" && found.ID != key && !found.Modified {
				errs = append(errs, fmt.Errorf("%s: entail knows this text as %s", shown, found.ID))
				continue
			}
			samples = append(samples, license.Sample{ID: key, Name: shown, Text: text})
		}
	}
	if len(samples) == 0 || len(errs) > 0 {
		return errs
	}
	library, err := license.Extend(samples)
	if err != nil {
		return []error{err}
	}
	for _, one := range samples {
		if found := library.Identify(one.Name, one.Text); found.ID != one.ID || found.Modified {
			errs = append(errs, fmt.Errorf("%s: cannot be told from %s", one.Name, orOthers(found.ID)))
		}
	}
	c.identify = library.Identify
	return errs
}

// orOthers names what a text was taken for.
func orOthers(id string) string {
	if id == "" {
		return "the texts of others"
	}
	return "the text of " + id
}
