package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestConfigurationDocs holds each example of docs/configuration.md, and all of
// them in one file, to the schema and to what the program takes.
func TestConfigurationDocs(t *testing.T) {
	text, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	var examples []string
	for i, part := range strings.Split(string(text), "```") {
		if example, ok := strings.CutPrefix(part, "yaml\n"); ok && i%2 == 1 {
			examples = append(examples, example)
		}
	}
	if len(examples) < 3 {
		t.Fatalf("only %d examples found", len(examples))
	}
	match := validator(t, "config.json")
	for _, example := range append(examples, strings.Join(examples, "")) {
		// Without quotes this reader takes a day for a time.
		if said := match(fromYAML(t, strings.ReplaceAll(example, "expires: 2027-01-31", `expires: "2027-01-31"`))); len(said) > 0 {
			t.Errorf("the schema says %q of\n%s", said, example)
		}
		folder := filepath.Join(t.TempDir(), "release")
		write(t, folder, map[string]string{"README.md": good, "entail.yaml": example})
		if got := entail(t, nil, "check", "--offline", "--fail-on", "never", folder); got.code != ExitOK {
			t.Errorf("exit code %d, %s of\n%s", got.code, got.stderr, example)
		}
	}
}
