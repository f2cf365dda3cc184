package policy_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/entail-dev/entail/internal/policy"
)

// libraryPage is the page whose blocks of Rego, in their order, are one module
// of tests.
const libraryPage = "../../docs/policies/library.md"

// TestLibraryIsDocumented runs the examples of the page, and wants one for every
// helper that it names.
func TestLibraryIsDocumented(t *testing.T) {
	page, err := os.ReadFile(libraryPage)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, block := range regexp.MustCompile("(?s)```rego\n(.*?)```").FindAllSubmatch(page, -1) {
		text.Write(block[1])
		text.WriteString("\n")
	}
	module, err := ast.ParseModuleWithOpts("library_test.rego", text.String(), policy.ParserOptions())
	if err != nil {
		t.Fatal(err)
	}
	modules := regoModules(t)
	modules["library_test.rego"] = module
	ran := 0
	for _, one := range runRego(t, modules, nil) {
		if one.Package == "data.docs.library_test" {
			ran++
			t.Run(one.Name, func(t *testing.T) { report(t, one) })
		}
	}
	if ran < 6 {
		t.Errorf("%d examples ran", ran)
	}
	rules := map[string]bool{}
	for _, module := range regoModules(t) {
		if module.Package.Path.String() == "data.entail.lib" {
			for _, rule := range module.Rules {
				rules[rule.Head.Ref()[0].String()] = true
			}
		}
	}
	named := regexp.MustCompile(`\blib\.([a-z][a-z_]*)`).FindAllStringSubmatch(string(page), -1)
	for _, name := range named {
		if !rules[name[1]] {
			t.Errorf("the page names lib.%s, which there is not", name[1])
		}
	}
}
