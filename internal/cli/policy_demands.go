package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/internal/lock"
	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/internal/registry"
	"github.com/entail-dev/entail/internal/source"
)

// demands are the policies that configurations ask for. Rules are compiled once
// a run, so that all releases of one run have the same.
type demands struct {
	// specs are what policies: of the releases' own configurations lists, with
	// paths from the working directory, and from is the file that does.
	specs []string
	from  string
	// named is set where --config stands for them.
	named bool
	// opened are what is opened in their place, where that is not the same.
	opened []string
	// pins are the digests that the releases' locks have.
	pins map[string]string
	// online is set where servers may be asked though ancestors are not.
	online bool
}

// demand finds the policies that the releases which args name ask for, before
// anything is compiled. What cannot be read is said when it is read again.
func (r *run) demand(ctx context.Context, args []string) error {
	r.demands = &demands{pins: map[string]string{}, named: r.flags.config != ""}
	if r.pinned == nil {
		r.pinned = func(_ context.Context, folder string) (string, *lock.File, error) { return r.lockOf(folder) }
	}
	if r.flags.lock.file != "" && !r.flags.lock.ignore {
		if err := r.demands.pin(r.pinned(ctx, "")); err != nil {
			return err
		}
	}
	first := true
	for _, arg := range args {
		folders, err := source.FindReleases(arg)
		info, statErr := os.Stat(arg)
		if err != nil || statErr != nil || !info.IsDir() || isSnapshot(arg, info) {
			folders = []string{""} // nothing that has a configuration of its own here
		}
		for _, folder := range folders {
			var own config
			path := arg
			if folder != "" {
				if own, path, err = configOf(folder); err != nil {
					continue
				}
				if r.govern != nil {
					if own, err = r.govern(ctx, folder, own); err != nil {
						return err
					}
				}
			}
			if err := r.demands.take(resolveSpecs(folder, own.Policies), path, first); err != nil {
				return err
			}
			first = false
			if folder == "" || r.flags.lock.ignore || r.flags.lock.file != "" {
				continue
			}
			if err := r.demands.pin(r.pinned(ctx, folder)); err != nil {
				return err
			}
		}
	}
	return nil
}

// take adds what one release asks for.
func (d *demands) take(specs []string, path string, first bool) error {
	slices.Sort(specs)
	specs = slices.Compact(specs)
	if d.named {
		return nil
	}
	if !first && !slices.Equal(specs, d.specs) {
		return usageError("check them one by one, or name the same policies for all with --config",
			"%s asks for other policies than %s, and rules are the same for all releases of a run", path, d.from)
	}
	d.specs, d.from = specs, path
	return nil
}

// pin takes up the digests of a lock.
func (d *demands) pin(path string, file *lock.File, err error) error {
	if err != nil || file == nil {
		return nil // said when the lock is read again
	}
	for _, one := range file.Policies {
		if other := d.pins[one.Source]; other != "" && other != one.Digest {
			return usageError("run entail lock --update for both", "%s pins %s at another digest than the lock of another release", path, one.Source)
		}
		d.pins[one.Source] = one.Digest
	}
	return nil
}

// met holds a configuration to what was compiled: a release whose policies do
// not take part would pass for want of them.
func (r *run) met(path, folder string, own config) error {
	if r.demands == nil || r.demands.named {
		return nil
	}
	specs := resolveSpecs(folder, own.Policies)
	slices.Sort(specs)
	if !slices.Equal(slices.Compact(specs), r.demands.specs) {
		return usageError("name them with --policy, and the rest with --config",
			"the policies that %s asks for are not those of this run", path)
	}
	return nil
}

// loadRun compiles the rules with the policies that flags and configurations
// name.
func (c *Command) loadRun(ctx context.Context, r *run) (*catalog.Catalog, *policy.Engine, error) {
	specs := slices.Clone(r.flags.policies)
	opener, err := c.policyOpener(r.flags.sources, r.flags.sources.offline && (r.demands == nil || !r.demands.online), r.flags.key)
	if err != nil {
		return nil, nil, err
	}
	if d := r.demands; d != nil {
		more := d.specs
		switch {
		case d.opened != nil:
			more = d.opened
		case d.named:
			more = resolveSpecs(filepath.Dir(r.flags.config), r.config.Policies)
		}
		for _, spec := range more {
			if !slices.Contains(specs, spec) {
				specs = append(specs, spec)
			}
		}
		opener.pins = d.pins
	}
	own, err := opener.open(ctx, specs)
	if err != nil {
		return nil, nil, err
	}
	defer opener.close()
	if r.flags.lock.refresh {
		c.tellMoved(ctx, opener.client, specs, opener.pins)
	}
	return compilePolicies(ctx, own)
}

// tellMoved says which of the policies that are pinned are another thing now
// under the same name.
func (c *Command) tellMoved(ctx context.Context, client *registry.Client, specs []string, pins map[string]string) {
	for _, spec := range specs {
		if !registry.IsRef(spec) {
			continue
		}
		ref, err := registry.ParseRef(spec)
		if err != nil {
			continue // it was opened before
		}
		pinned := ref.Digest
		if pinned == "" {
			pinned = pins[ref.Name]
		}
		now, err := client.Digest(ctx, ref.Pinned(""))
		switch {
		case err != nil:
			c.tell(fmt.Sprintf("entail: whether %s still is what was pinned is not known: %v", ref.Name, err))
		case now != pinned:
			c.tell(fmt.Sprintf("entail: %s is %s now; %s is pinned, and holds. entail lock --update takes the new one", ref.Name, now, pinned))
		}
	}
}
