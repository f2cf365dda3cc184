package source

import (
	"context"
	"strings"

	"github.com/entail-dev/entail/internal/model"
)

// inTurn asks one source after the other.
type inTurn []Source

// InTurn returns the source that asks these one after the other and answers as
// the first that has a repository resolved. Where none has, it answers as the
// first that knows more of it than that it is not at hand (the state Offline),
// else as the last. There must be one at least.
func InTurn(sources ...Source) Source { return inTurn(sources) }

// Name is the names of the sources, with a plus sign between them.
func (t inTurn) Name() string {
	names := make([]string, len(t))
	for i, s := range t {
		names[i] = s.Name()
	}
	return strings.Join(names, "+")
}

// Fetch asks in turn.
func (t inTurn) Fetch(ctx context.Context, ref model.Ref) (*Snapshot, error) {
	var best *Snapshot
	for _, s := range t {
		snapshot, err := s.Fetch(ctx, ref)
		if err != nil {
			return nil, err
		}
		if snapshot.State == model.Resolved {
			return snapshot, nil
		}
		if best == nil || best.State == model.Offline {
			best = snapshot
		}
	}
	return best, nil
}
