package policy

import (
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/format"
)

// Format gives a module as `opa fmt` writes it. The error, a Problems, is of a
// text that is no Rego v1.
func Format(name string, text []byte) ([]byte, error) {
	options := ParserOptions()
	formatted, err := format.SourceWithOpts(name, text, format.Opts{RegoVersion: ast.RegoV1, ParserOptions: &options})
	if err != nil {
		return nil, problemsOf(err)
	}
	return formatted, nil
}
