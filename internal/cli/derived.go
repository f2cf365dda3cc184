package cli

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
	"github.com/entail-dev/entail/internal/source/hub"
)

// maxDerived bounds what one configuration declares; the widest merge measured
// on the Hub has 47 base models.
const maxDerived = 256

// derived is one entry of derived_from: what no field of a card can say of how
// a model was made.
type derived struct {
	// Model is an id on the Hub or github:owner/repo, the address of either,
	// or a path such as ../base.
	Model string `yaml:"model"`
	// Relation is one of the catalogue's relations.
	Relation string `yaml:"relation"`
	// Note is for people; nothing reads it.
	Note string `yaml:"note"`
}

// itemPositions finds where a configuration, which has been read as one, has
// each item of a list: at the value of one of its keys, where it has that.
func itemPositions(file string, text []byte, list, key string) []model.Position {
	var document yaml.Node
	if yaml.Unmarshal(text, &document) != nil || len(document.Content) == 0 {
		return nil
	}
	var places []model.Position
	root := document.Content[0].Content
	for i := 0; i+1 < len(root); i += 2 {
		if root[i].Value != list {
			continue
		}
		for _, item := range root[i+1].Content {
			at := item
			for j := 0; j+1 < len(item.Content); j += 2 {
				if item.Content[j].Value == key {
					at = item.Content[j+1]
				}
			}
			places = append(places, model.Position{File: file, Line: at.Line, Column: at.Column})
		}
	}
	return places
}

// derivedRef reads the name of a model that a release derives from.
func derivedRef(at endpoints, written string) (model.Ref, bool) {
	if ref, ok := hub.ParseURL(at.hub, written); ok {
		ref.Revision = ""
		return ref, ref.Kind == model.Model
	}
	if ref, ok := model.ParseGitHub(written); ok {
		return ref, true
	}
	if ref, ok := model.ParseGitHubURL(at.github, written); ok {
		return ref, true
	}
	if strings.HasPrefix(written, "./") || strings.HasPrefix(written, "../") {
		return model.Ref{Kind: model.Model, Host: model.OnDisk, ID: strings.TrimRight(written, "/")}, true
	}
	return model.Ref{Kind: model.Model, ID: written}, hub.ValidID(written)
}

// vetDerived refuses what could not join a lineage. key names the list as the
// user knows it.
func (v *vocabulary) vetDerived(key string, at endpoints, entries []derived) error {
	if len(entries) > maxDerived {
		return usageError("", "%s lists %d models: want at most %d", key, len(entries), maxDerived)
	}
	for _, one := range entries {
		if _, ok := derivedRef(at, one.Model); !ok {
			return usageError("", "%s model %q: want org/name, github:owner/repo, or a path such as ../base", key, one.Model)
		}
		if !slices.Contains(v.relations, one.Relation) {
			return usageError("", "%s relation %q of %s: want one of %s", key, one.Relation, one.Model, strings.Join(v.relations, ", "))
		}
	}
	return nil
}

// derivedBases are the base models that a configuration declares.
func (c config) derivedBases(at endpoints) []source.Base {
	var bases []source.Base
	for i, one := range c.DerivedFrom {
		ref, ok := derivedRef(at, one.Model)
		if !ok {
			continue // vetDerived has refused it
		}
		base := source.Base{Ref: ref, Relation: model.Relation(one.Relation), From: model.FromDeclared}
		if i < len(c.derivedAt) {
			base.At = &c.derivedAt[i]
		}
		bases = append(bases, base)
	}
	return bases
}

// relationNames lists the relations that can be declared, sorted.
func relationNames(catalogue map[string]any) []string {
	relations, _ := catalogue["relations"].(map[string]any)
	var names []string
	for name := range relations {
		if name != string(model.Unknown) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// derivedKey names the list in messages.
func derivedKey(path string) string { return fmt.Sprintf("read configuration %s: derived_from", path) }
