package source

import (
	"context"
	"errors"
	"testing"

	"github.com/entail-dev/entail/internal/model"
)

// fixed always answers with one state, and counts.
type fixed struct {
	name  string
	state model.State
	asked *int
}

func (f fixed) Name() string { return f.name }

func (f fixed) Fetch(ctx context.Context, ref model.Ref) (*Snapshot, error) {
	*f.asked++
	return &Snapshot{ID: ref.ID, Source: f.name, State: f.state, Read: NoFiles(ref.ID, f.state)}, ctx.Err()
}

func TestInTurn(t *testing.T) {
	tests := []struct {
		states []model.State
		source string
		asked  int
	}{
		{[]model.State{model.Resolved, model.Resolved}, "a", 1},
		{[]model.State{model.Offline, model.Resolved}, "b", 2},
		{[]model.State{model.Gated, model.Resolved}, "b", 2},
		{[]model.State{model.Offline, model.Gated, model.Failed}, "b", 3},
		{[]model.State{model.Gated, model.Offline}, "a", 2},
		{[]model.State{model.Offline, model.Offline}, "b", 2},
	}
	for _, tt := range tests {
		asked := 0
		var all []Source
		for i, state := range tt.states {
			all = append(all, fixed{string(rune('a' + i)), state, &asked})
		}
		snap, err := InTurn(all...).Fetch(t.Context(), model.Ref{ID: "org/name"})
		if err != nil || snap.Source != tt.source || asked != tt.asked {
			t.Errorf("%v: %+v, %v after asking %d; want that of %s after %d", tt.states, snap, err, asked, tt.source, tt.asked)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	asked := 0
	if _, err := InTurn(fixed{"a", model.Resolved, &asked}).Fetch(ended, model.Ref{}); !errors.Is(err, context.Canceled) {
		t.Errorf("an ended context: %v", err)
	}
	if name := InTurn(fixed{name: "a"}, fixed{name: "b"}).Name(); name != "a+b" {
		t.Errorf("named %s", name)
	}
}

// The index knows models of the Hub, and no other place's of the same name.
func TestIndexIsOfTheHub(t *testing.T) {
	row, _ := Index().models.row(0)
	id := key(row)
	for host, want := range map[model.Host]model.State{model.OnHub: model.Resolved, model.OnGitHub: model.Offline, model.OnDisk: model.Offline} {
		if snap, err := Index().Fetch(t.Context(), model.Ref{Host: host, ID: id}); err != nil || snap.State != want {
			t.Errorf("%s on %q: %+v, %v", id, host, snap, err)
		}
	}
}
