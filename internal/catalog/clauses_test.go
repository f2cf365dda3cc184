package catalog

import (
	"maps"
	"slices"
	"testing"

	"github.com/entail-dev/entail/policies"
)

func TestClausesCompile(t *testing.T) {
	c, err := Load(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	regions, _ := c.data["regions"].(map[string]any)
	fields, _ := c.data["fields"].(map[string]any)
	r, err := readClauses(policies.FS, c.kinds, slices.Sorted(maps.Keys(fields)), slices.Sorted(maps.Keys(regions)))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.check(); err != nil {
		t.Error(err)
	}
}
