package policy

import (
	"encoding/json"
	"strings"
	"testing"
)

// FuzzUserData: whatever a data file holds, it is read within the bounds or
// refused with its name and line, and is data that JSON has.
func FuzzUserData(f *testing.F) {
	for _, text := range []string{
		`{"a": {"b": [1, 2.5, null, true, "x"]}}`, "a: &a [1]\nb: *a\n", "a: 2026-01-01\n", `{"a": 1e400}`, "? [x]\n: y\n", `{"a": "\ud83d"}`, "a: 1_000\n",
	} {
		f.Add(true, []byte(text))
		f.Add(false, []byte(text))
	}
	f.Fuzz(func(t *testing.T, isJSON bool, text []byte) {
		file := "a/data.yaml"
		if isJSON {
			file = "a/data.json"
		}
		tree := newDataTree()
		if err := tree.add("mine", file, "mine/"+file, text); err != nil {
			if !strings.HasPrefix(err.Error(), "mine/"+file+":") {
				t.Errorf("an error names no file: %v", err)
			}
			return
		}
		if _, err := json.Marshal(tree.root.any()); err != nil {
			t.Errorf("not as JSON has it: %v", err)
		}
		NewStore(map[string]any{"x": tree.root.any()})
	})
}
