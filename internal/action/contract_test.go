package action

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// contract is action.yml, as far as the tests read it.
type contract struct {
	Inputs map[string]struct {
		Description, Default string
	}
	Outputs map[string]struct{ Description, Value string }
	Runs    struct {
		Using string
		Steps []struct {
			Uses, Run string
			Env       map[string]string
		}
	}
}

func readContract(t *testing.T) contract {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "action.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var c contract
	if err := yaml.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestContract holds that action.yml hands every input to what reads it, under
// the name that this reads, and that the page of the Action has them all.
func TestContract(t *testing.T) {
	c := readContract(t)
	asked := map[string]bool{"version": true} // which get.sh reads
	if _, err := ReadInputs(func(name string) string { asked[name] = true; return "" }); err != nil {
		t.Fatal(err)
	}
	inputs := slices.Sorted(maps.Keys(c.Inputs))
	if read := slices.Sorted(maps.Keys(asked)); !slices.Equal(inputs, read) {
		t.Errorf("action.yml has the inputs\n%v\nand the program reads\n%v", inputs, read)
	}
	env := map[string]string{}
	for _, step := range c.Runs.Steps {
		maps.Copy(env, step.Env)
	}
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "action.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range inputs {
		variable := "INPUT_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
		if name == "version" {
			variable = "ENTAIL_ACTION_VERSION"
		}
		if env[variable] != "${{ inputs."+name+" }}" {
			t.Errorf("%s is %q", variable, env[variable])
		}
		if !strings.Contains(string(page), "`"+name+"`") || c.Inputs[name].Description == "" {
			t.Errorf("input %s is not described", name)
		}
	}
	for name, output := range c.Outputs {
		if output.Value != "${{ steps.check.outputs."+name+" }}" || output.Description == "" || !strings.Contains(string(page), "`"+name+"`") {
			t.Errorf("output %s: %+v", name, output)
		}
	}
}

// pinned is a step of somebody else's, by the commit that it is.
var pinned = regexp.MustCompile(`^[\w./-]+@[0-9a-f]{40}$`)

// TestContractIsSafe holds that nothing which a workflow is given becomes part
// of a script, here and in our own workflows, and that every step of somebody
// else's is named by its commit.
func TestContractIsSafe(t *testing.T) {
	c := readContract(t)
	if c.Runs.Using != "composite" {
		t.Errorf("using %s", c.Runs.Using)
	}
	for _, step := range c.Runs.Steps {
		if strings.Contains(step.Run, "${{") || step.Uses != "" {
			t.Errorf("step %+v", step)
		}
	}
	own, err := filepath.Glob(filepath.Join("..", "..", ".github", "workflows", "*.yml"))
	if err != nil || len(own) == 0 {
		t.Fatal(err)
	}
	for _, file := range own {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var w struct {
			Jobs map[string]struct {
				Steps []struct{ Uses, Run string }
			}
		}
		if err := yaml.Unmarshal(text, &w); err != nil {
			t.Fatal(err)
		}
		for name, job := range w.Jobs {
			for _, step := range job.Steps {
				if strings.Contains(step.Run, "${{") || step.Uses != "" && step.Uses != "./" && !pinned.MatchString(step.Uses) {
					t.Errorf("%s, job %s: %+v", file, name, step)
				}
			}
		}
	}
}
