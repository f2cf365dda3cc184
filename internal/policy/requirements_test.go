package policy_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/input"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/policies"
)

// answersOf is a folder with a person's answer to every requirement that may
// want one, all the same.
func answersOf(state string) policy.Folder {
	files := map[string]string{}
	add := func(definition, id string) {
		files[id+".rego"] = fmt.Sprintf("package custom.answers[%q][%q]\n\nstate := %q\n\nwhy := \"we looked\"\n", definition, id, state)
	}
	for n := range 13 {
		add("eu-ai-act", fmt.Sprintf("EUAIA-%d", n))
		add("us-open-weights", fmt.Sprintf("US-DU-%d", n))
	}
	return folderOf(files)
}

// mofFixture lists every component of the framework under one licence, or the
// first one alone.
func mofFixture(names []string, license string) *input.Document {
	document := plainDocument("apache-2.0", "")
	at := model.Position{File: "MOF.yml", Line: 1, Column: 1}
	found := &model.MOF{Name: "x", Licenses: map[string]model.MOFLicense{}, Components: []model.MOFComponent{}, At: at}
	for _, name := range names {
		found.Components = append(found.Components, model.MOFComponent{Name: name, License: license, At: at})
	}
	document.Nodes[document.Subject].MOF = found
	return document
}

// requirementFixtures are releases of many kinds, most of them those that the
// repository holds.
func requirementFixtures(t *testing.T) map[string]*input.Document {
	documents := fixtures(t)
	for name, document := range fixturesIn(t, filepath.Join("..", "..", "testdata", "osaid")) {
		documents["osaid/"+name] = document
	}
	names := slices.Sorted(maps.Keys(mofQuery(t)(plainDocument("mit", "")).Components))
	documents["mof"] = mofFixture(names, "MIT")
	documents["mof-none"] = mofFixture(nil, "")
	bare := plainDocument("apache-2.0", "")
	bare.Nodes[bare.Subject].Card.Present, bare.Nodes[bare.Subject].FilesKnown = false, true
	absent := []model.Evidence{{Availability: "absent", From: "evidence-file", Strength: model.Stated}}
	bare.Nodes[bare.Subject].Evidence = map[string][]model.Evidence{"parameters.final": absent, "code.architecture": absent}
	documents["bare"] = bare
	return documents
}

// TestRequirements wants every requirement of every definition met by some
// fixture and failed by another: one that cannot be either decides nothing.
func TestRequirements(t *testing.T) {
	documents := requirementFixtures(t)
	states := map[string]map[string]bool{}
	for _, folders := range [][]policy.Folder{nil, {answersOf("met")}, {answersOf("unmet")}} {
		compiled, err := policy.Compile(policies.FS, folders...)
		if err != nil {
			t.Fatal(err)
		}
		engine, err := compiled.Prepare(t.Context(), realCatalog(t))
		if err != nil {
			t.Fatal(err)
		}
		for _, document := range documents {
			for name, judged := range eval(t, engine, document).Definitions {
				for _, r := range judged.Requirements {
					id := name + " " + r.ID
					if states[id] == nil {
						states[id] = map[string]bool{}
					}
					states[id][r.State] = true
				}
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(states)) {
		if !states[id]["met"] || !states[id]["unmet"] && !states[id]["license"] {
			t.Errorf("%s: only %s on any fixture", id, strings.Join(slices.Sorted(maps.Keys(states[id])), ", "))
		}
	}
	if len(states) < 50 {
		t.Errorf("only %d requirements looked at", len(states))
	}
	t.Logf("%d requirements on %d fixtures", len(states), len(documents))
}
