package source

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/entail-dev/entail/internal/model"
)

// StatedName is the name of the source of what a user's policies state.
const StatedName = "policy"

// Fact is what a user's policies state of one model on the Hub.
type Fact struct {
	ID string
	// License is an id, a name or an expression that the catalogue knows.
	License string
	// Bases are its base models, without a revision. BasesStated is false where
	// nothing is stated of them, so that none does not mean none.
	Bases       []Base
	BasesStated bool
	// AsOf is the day (YYYY-MM-DD) for which this was known, Source from where.
	AsOf, Source string
	// Replaces is true where the fact is meant to stand before the embedded
	// index's.
	Replaces bool
	// At is where it is stated, by the path that messages have.
	At model.Position
}

// StatedSource has what a user's policies state of models. It knows neither
// files nor revisions.
type StatedSource struct{ facts map[string]Fact }

// Stated is the source of these facts, each of a model of its own. A fact of a
// model that the embedded index knows has to say that it replaces that one; the
// errors name file and line.
func Stated(facts []Fact, index *IndexSource) (*StatedSource, error) {
	s := &StatedSource{facts: make(map[string]Fact, len(facts))}
	var errs []error
	for _, fact := range facts {
		row, there := index.find(fact.ID)
		switch {
		case there && !fact.Replaces:
			errs = append(errs, fmt.Errorf("%s:%d: model %q is in entail's own index, under %q; say replaces: true to have yours used in its place",
				fact.At.File, fact.At.Line, fact.ID, key(row)))
		case !there && fact.Replaces:
			errs = append(errs, fmt.Errorf("%s:%d: entail's index has no model %q that could be replaced", fact.At.File, fact.At.Line, fact.ID))
		}
		s.facts[strings.ToLower(fact.ID)] = fact
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return s, nil
}

// Name is "policy".
func (*StatedSource) Name() string { return StatedName }

// Fetch gives what is stated of a model, letter case of its id aside, as on the
// Hub. One of which nothing is stated has the state Offline.
func (s *StatedSource) Fetch(ctx context.Context, ref model.Ref) (*Snapshot, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	found := &Snapshot{ID: ref.ID, Published: true, Kind: ref.Kind, Source: s.Name(), State: model.Offline, Detail: "not stated in the policies"}
	fact, ok := s.facts[strings.ToLower(ref.ID)]
	if ok && ref.Kind != model.Dataset && ref.Host == model.OnHub {
		fact.fill(found)
	}
	found.Read = NoFiles(found.ID, found.State)
	return found, nil
}

// fill writes a fact into a snapshot.
func (f Fact) fill(s *Snapshot) {
	s.ID, s.Kind, s.State, s.AsOf = f.ID, model.Model, model.Resolved, f.AsOf
	s.Detail = fmt.Sprintf("stated in %s:%d, from %s", f.At.File, f.At.Line, f.Source)
	if f.Replaces {
		s.Detail += ", in place of entail's index"
	}
	s.Metadata = map[string]any{"license": f.License}
	s.Bases, s.BasesUnknown = f.Bases, !f.BasesStated
	if f.BasesStated {
		// As a card has it: an empty list says that there is none.
		named := make([]any, len(f.Bases))
		for i, base := range f.Bases {
			named[i] = base.Ref.Key()
		}
		s.Metadata["base_model"] = named
	}
}
