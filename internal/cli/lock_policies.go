package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/entail-dev/entail/internal/lock"
	"github.com/entail-dev/entail/internal/registry"
)

// lockedPolicies are the policies of a lock in the making.
type lockedPolicies struct {
	list []lock.Policy
	// named is set where the command line named some of them.
	named bool
	// kept is set where one could not be pinned anew.
	kept bool
}

// lockPolicies pins what the configuration of a release asks for on servers. A
// pin that is there stays; ids has those to pin anew, and is given back without
// them.
func (c *Command) lockPolicies(ctx context.Context, r *lockRun, folder string, old *lock.File, ids []string) (pins lockedPolicies, rest []string, err error) {
	own := r.config
	if r.flags.config == "" && folder != "" {
		if own, _, err = configOf(folder); err != nil {
			return pins, nil, usageError("policies/schema/config.json lists every key", "%w", err)
		}
	}
	var anew []string
	for _, id := range ids {
		if registry.IsRef(id) {
			anew = append(anew, id)
		} else {
			rest = append(rest, id)
		}
	}
	pins.named = len(anew) > 0
	client, err := c.registryClient(r.flags.sources, r.flags.sources.offline)
	if err != nil {
		return pins, nil, err
	}
	asked := map[string]bool{}
	for _, spec := range own.Policies {
		if !registry.IsRef(spec) {
			continue
		}
		ref, err := parsePolicyRef(spec)
		if err != nil {
			return pins, nil, err
		}
		fresh := r.update && (len(ids) == 0 || slices.Contains(anew, ref.Name))
		digest, kept, err := c.pinOf(ctx, client, ref, old, fresh)
		if err != nil {
			return pins, nil, err
		}
		pins.kept = pins.kept || kept
		asked[ref.Name] = true
		pins.list = append(pins.list, lock.Policy{Source: ref.Name, Digest: digest})
	}
	for _, name := range anew {
		if !asked[name] {
			return pins, nil, usageError("name it as entail.yaml does, without its digest", "entail.yaml asks for no policies called %s", name)
		}
	}
	slices.SortFunc(pins.list, func(a, b lock.Policy) int { return strings.Compare(a.Source, b.Source) })
	for i := 1; i < len(pins.list); i++ {
		if pins.list[i] != pins.list[i-1] && pins.list[i].Source == pins.list[i-1].Source {
			return pins, nil, usageError("leave out one of them", "entail.yaml asks for %s at two digests", pins.list[i].Source)
		}
	}
	pins.list = slices.Compact(pins.list)
	return pins, rest, nil
}

// pinOf is the digest to pin: the one that is written, else the one that was
// pinned, else the one of now.
func (c *Command) pinOf(ctx context.Context, client *registry.Client, ref registry.Ref, old *lock.File, fresh bool) (digest string, kept bool, err error) {
	if ref.Digest != "" {
		return ref.Digest, false, nil
	}
	had := ""
	for _, one := range old.Policies {
		if one.Source == ref.Name {
			had = one.Digest
		}
	}
	if had != "" && !fresh {
		return had, false, nil
	}
	digest, err = client.Digest(ctx, ref)
	if err != nil && had != "" && ctx.Err() == nil {
		c.tell(fmt.Sprintf("kept as it was: %s could not be read anew: %v", ref.Name, err))
		return had, true, nil
	}
	if err != nil {
		return "", false, fetchError(err, ref)
	}
	return digest, false, nil
}
