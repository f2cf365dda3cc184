package cli

import (
	"context"
	"errors"
	"strings"

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/policies"
)

// loadPolicies reads the catalogue and compiles the rules, side by side: a
// start is little else.
func loadPolicies(ctx context.Context) (*catalog.Catalog, *policy.Engine, error) {
	var compiled *policy.Compiled
	var failed error
	done := make(chan struct{})
	go func() {
		defer close(done)
		compiled, failed = policy.Compile(policies.FS)
	}()
	licenses, err := catalog.Load(policies.FS)
	<-done
	if err := errors.Join(err, failed); err != nil {
		return nil, nil, usageError("", "load the policies: %w", err)
	}
	engine, err := compiled.Prepare(ctx, licenses.Data())
	if err != nil {
		return nil, nil, usageError("", "load the policies: %w", err)
	}
	return licenses, engine, nil
}

// licenseKey finds the one licence that a name stands for. The error names the
// nearest ones.
func licenseKey(licenses *catalog.Catalog, name string) (string, error) {
	found := licenses.Resolve(name, "")
	if len(found) == 1 && len(found[0]) == 1 {
		if _, ok := licenses.License(found[0][0]); ok {
			return found[0][0], nil
		}
	}
	return "", usageError("entail explain --list shows every key",
		"no licence is called %q; the nearest are %s", name, strings.Join(licenses.Nearest(name, 3), ", "))
}
