package cli

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/pflag"

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/policies"
)

// loadPolicies reads the catalogue and compiles the rules, with those of the
// user's own folders: a start is little else. Reading our rules takes all
// processors, and compiling them one, beside which the catalogue is read.
func loadPolicies(ctx context.Context, folders ...string) (*catalog.Catalog, *policy.Engine, error) {
	own, closeAll, err := openPolicies(folders)
	if err != nil {
		return nil, nil, err
	}
	defer closeAll()
	return compilePolicies(ctx, own)
}

// compilePolicies is loadPolicies for folders that are open.
func compilePolicies(ctx context.Context, own []policy.Folder) (*catalog.Catalog, *policy.Engine, error) {
	ours, err := policy.ReadTested(policies.FS)
	if err != nil {
		return nil, nil, usageError("", "load the policies: %w", err)
	}
	var compiled *policy.Compiled
	var failed error
	done := make(chan struct{})
	go func() {
		defer close(done)
		compiled, failed = policy.Compile(ours, own...)
	}()
	licenses, values, err := catalogValues(own)
	<-done
	if errors.Is(failed, policy.ErrNoPolicy) || errors.Is(failed, policy.ErrNothingAsked) {
		return nil, nil, undecided("name a folder that holds *.rego files, or make one with entail policy init", "%w", failed)
	}
	if err := errors.Join(err, failed); err != nil {
		return nil, nil, usageError("", "load the policies: %w", err)
	}
	engine, err := compiled.Prepare(ctx, values)
	if err != nil {
		return nil, nil, usageError("", "load the policies: %w", err)
	}
	return licenses, engine, nil
}

// catalogValues reads the catalogue, and gives it as rules take it, too.
func catalogValues(own []policy.Folder) (*catalog.Catalog, map[string]any, error) {
	licenses, err := readCatalog(own)
	if err != nil {
		return nil, nil, err
	}
	values, err := policy.Values(licenses.Data())
	return licenses, values, err
}

// readCatalog reads the catalogue with what folders of policies add to it.
func readCatalog(own []policy.Folder) (*catalog.Catalog, error) {
	folders := make([]catalog.Folder, len(own))
	for i, one := range own {
		folders[i] = catalog.Folder(one)
	}
	return catalog.Load(policies.FS, folders...)
}

// openCatalog opens the user's own folders and reads the catalogue with them. An
// error says what it was wanted for.
func openCatalog(doing string, specs []string) (own []policy.Folder, licenses *catalog.Catalog, closeAll func(), err error) {
	if own, closeAll, err = openPolicies(specs); err != nil {
		return nil, nil, nil, err
	}
	if licenses, err = readCatalog(own); err != nil {
		closeAll()
		return nil, nil, nil, usageError("", "%s: %w", doing, err)
	}
	return own, licenses, closeAll, nil
}

// loadCatalog reads the catalogue with what the user's own folders add to it,
// for commands that ask no rule.
func loadCatalog(folders []string) (*catalog.Catalog, error) {
	_, licenses, closeAll, err := openCatalog("load the licence catalogue", folders)
	if err == nil {
		closeAll()
	}
	return licenses, err
}

// policyFlag gives a command the flag that names folders of a user's policies.
func policyFlag(f *pflag.FlagSet, folders *[]string) {
	f.StringArrayVar(folders, "policy", nil, "rules, definitions, licences and data of yours: "+policyForms+" (repeats)")
}

// openPolicies opens a user's own rules on this machine: folders, files and
// bundles.
func openPolicies(specs []string) (own []policy.Folder, closeAll func(), err error) {
	opener := &policyOpener{}
	own, err = opener.open(context.Background(), specs)
	return own, opener.close, err
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
	near := licenses.Nearest(name, 3)
	if len(near) == 0 {
		return "", usageError("entail explain --list shows every key", "no licence is called %q", name)
	}
	return "", usageError("entail explain --list shows every key",
		"no licence is called %q; the nearest are %s", name, strings.Join(near, ", "))
}
