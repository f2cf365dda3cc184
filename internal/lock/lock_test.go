package lock

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/rego"
	"go.yaml.in/yaml/v4"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
	"github.com/entail-dev/entail/policies"
)

// zeros is a digest.
var zeros = strings.Repeat("0", 64)

// full is a lock in which every field has a value.
func full() *File {
	return &File{Schema: Schema, Subject: "own/release", Ancestors: []Entry{
		{
			ID: "a/base", Kind: model.Model, AskedAs: []string{"A/Base", "a/once"}, State: model.Resolved,
			Detail: "only a part", Source: "hub", Read: "2026-01-02T03:04:05Z", AsOf: "2026-01", Revision: "abc",
			CreatedAt: "2025-01-01", Gated: "manual", Task: "text-generation",
			Card:         Card{Present: true, NoBaseModel: true, SHA256: zeros},
			License:      []Declared{{ID: "other", Name: "ours", Link: "LICENSE", From: model.FromCard}},
			FilesUnknown: true,
			Texts: []Text{{
				File: "LICENSE", SHA256: zeros, ID: "mit", Covers: "model", Coverage: 0.123456789, Missing: 1,
				Modified: true, Reference: true,
				Added: []Added{{From: 3, To: 4, Terms: []Term{{Term: "non-commercial", Line: 3, Excerpt: "not for\nmoney: \"no\" #"}}}},
				Also:  []Also{{ID: "isc", Coverage: 0.5, From: 9, To: 12}},
			}},
			Unread:       []Unread{{File: "LICENSE-2", State: model.RateLimited}},
			BasesUnknown: true,
			Bases: []Base{
				{ID: "github:b/root", Written: "https://github.com/b/root", Relation: model.Merge, RelationFrom: model.FromInferred, Claims: []Claim{{From: model.FromCard, Relation: model.Unknown}, {From: model.FromFile, Relation: model.Merge, File: "mergekit_config.yml"}}},
				{ID: "b/set", Kind: model.Dataset, Relation: model.TrainedOn, RelationFrom: model.FromCard, Claims: []Claim{{From: model.FromCard, Relation: model.TrainedOn}}},
			},
		},
		{ID: "b/set", Kind: model.Dataset, State: model.PrivateOrAbsent, Source: "hub", Read: "2026-01-02T03:04:05Z"},
		{ID: "b/set", Kind: model.Model, State: model.RateLimited, Source: "hub", Read: "2026-01-02T03:04:05Z"},
		{ID: "not\x01 an \u202eid: [", Kind: model.Model, State: model.NotFound, Source: "none", Read: "2026-01-02T03:04:05Z"},
	}}
}

func text(t testing.TB, f *File) string {
	t.Helper()
	written, err := f.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return string(written)
}

func TestBytesReadBack(t *testing.T) {
	written := text(t, full())
	back, err := Parse("entail.lock", strings.NewReader(written))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back, full()) {
		t.Errorf("read back as %+v", back)
	}
	if strings.ContainsAny(written, "\x01\u202e") {
		t.Error("a control character of an id stands in the file as it is")
	}
}

// TestBytesRefuses: what would not read back is not written.
func TestBytesRefuses(t *testing.T) {
	f := full()
	f.Ancestors[0].Texts[0].Coverage = 2
	if _, err := f.Bytes(); err == nil || !strings.Contains(err.Error(), "write the lock of own/release") {
		t.Errorf("got %v", err)
	}
}

const entry = `
- id: a/b
  kind: model
  state: resolved
  source: hub
  read: '2026-01-02T03:04:05Z'
`

const head = "schema: entail.lock/v1\nsubject: own/release\nancestors:"

// hostile are locks that are refused, with what is said of them.
var hostile = []struct{ name, text, says string }{
	{"empty", "", "L:1: "},
	{"comment", "# nothing\n", "L:1: "},
	{"list", "- a\n", "L:1: "},
	{"binary", "\x00\x01\x02", "L:1: "},
	{"broken", head + "\n- id: [", "L:5: "},
	{"no schema", "subject: a\nancestors: []\n", "L:1: schema is missing"},
	{"no ancestors", "schema: entail.lock/v1\nsubject: a\n", "L:1: ancestors is missing"},
	{"other version", "schema: entail.lock/v9\nsubject: a\nancestors: []\n", `L:1: schema is "entail.lock/v9", want "entail.lock/v1"`},
	{"unknown key", head + entry + "  licence: mit\n", "L:9: unknown key licence"},
	{"unknown top key", head + " []\npolicy: x\n", "L:4: unknown key policy"},
	{"key twice", head + " []\nsubject: x\n", "L:"},
	{"wrong type", head + entry + "  card: 7\n", "L:9: "},
	{"wrong state", head + strings.Replace(entry, "resolved", "fine", 1), `L:6: state is "fine", want one of resolved, gated`},
	{"wrong kind", head + strings.Replace(entry, "kind: model", "kind: space", 1), `L:5: kind is "space", want one of model, dataset`},
	{"wrong gate", head + entry + "  gated: yes please\n", `L:9: gated is "yes please", want one of false, auto, manual`},
	{"no id", head + strings.Replace(entry, "id: a/b\n  ", "", 1), "L:4: id is missing"},
	{"no time", head + strings.Replace(entry, "'2026-01-02T03:04:05Z'", "today", 1), `L:8: read is "today", want a time such as`},
	{"twice", head + entry + strings.TrimPrefix(entry, "\n"), `L:9: "a/b" is there twice or out of order`},
	{"unsorted", head + entry + strings.Replace(strings.TrimPrefix(entry, "\n"), "a/b", "a/a", 1), `L:9: "a/a" is there twice or out of order`},
	{"digest", head + entry + "  card: {sha256: abc}\n", `L:9: sha256 is "abc", want 64 hexadecimal digits`},
	{"text digest", head + entry + "  texts:\n  - {file: L, sha256: x, id: mit, coverage: 1, missing: 0}\n", `L:10: sha256 is "x", want 64`},
	{"text keys", head + entry + "  texts:\n  - {file: L}\n", "L:10: sha256 is missing"},
	{"covers", head + entry + "  texts:\n  - {file: L, sha256: '" + zeros + "', id: mit, coverage: 1, missing: 0, covers: all}\n", `L:10: covers is "all"`},
	{"coverage", head + entry + "  texts:\n  - {file: L, sha256: '" + zeros + "', id: mit, coverage: 1.5, missing: 0}\n", "L:10: coverage and missing are fractions"},
	{"not a number", head + entry + "  texts:\n  - {file: L, sha256: '" + zeros + "', id: mit, coverage: .nan, missing: 0}\n", "L:10: coverage and missing are fractions"},
	{"also", head + entry + "  texts:\n  - {file: L, sha256: '" + zeros + "', id: mit, coverage: 1, missing: 0, also: [{id: a, coverage: 7, from: 1, to: 2}]}\n", "L:10: coverage is a fraction"},
	{"relation", head + entry + "  bases:\n  - {id: x, relation: cousin, relation_from: card, claims: [{from: card, relation: merge}]}\n", `L:10: relation is "cousin", want one of finetune`},
	{"origin", head + entry + "  bases:\n  - {id: x, relation: merge, relation_from: card, claims: [{from: rumour, relation: merge}]}\n", `L:10: from is "rumour"`},
	{"nobody", head + entry + "  bases:\n  - {id: x, relation: merge, relation_from: card, claims: []}\n", "L:10: claims are missing"},
	{"unread state", head + entry + "  unread:\n  - {file: x, state: odd}\n", `L:10: state is "odd"`},
	{"license from", head + entry + "  license:\n  - {id: x, from: me}\n", `L:10: from is "me"`},
	{"alias", head + entry + "  asked_as: &a [x]\n  task: *a\n", "an alias or anchor"},
	{"deep", head + "\n- " + strings.Repeat("[", 100) + strings.Repeat("]", 100), "nested too deeply"},
	{"merge key", head + "\n- <<: {id: a}\n", "L:4: "},
}

func TestParseRefuses(t *testing.T) {
	valid := validator(t)
	for _, tt := range hostile {
		got, err := Parse("L", strings.NewReader(tt.text))
		if err == nil {
			t.Errorf("%s: taken as %+v", tt.name, got)
			continue
		}
		if said := err.Error(); !strings.HasPrefix(said, "read lock L:") || !strings.Contains(said, tt.says) ||
			strings.Contains(said, "lock.") || strings.Contains(said, "yaml") {
			t.Errorf("%s: %q, want %q", tt.name, said, tt.says)
		}
		var document any
		if yaml.Load([]byte(tt.text), &document) == nil && document != nil &&
			!slices.Contains([]string{"twice", "unsorted", "alias", "not a number"}, tt.name) && valid(document) {
			t.Errorf("%s: the schema takes it", tt.name)
		}
	}
	if _, err := Parse("L", strings.NewReader(strings.Repeat("#", MaxBytes+1))); err == nil || !strings.Contains(err.Error(), "larger than 16 MiB") {
		t.Errorf("too large: %v", err)
	}
	if _, err := Parse("L", failing{}); err == nil || !strings.Contains(err.Error(), "read lock L: broken") {
		t.Errorf("unreadable: %v", err)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("broken") }

// validator says whether the published schema takes a document.
func validator(t testing.TB) func(document any) bool {
	t.Helper()
	published, err := policies.FS.ReadFile("schema/lock.json")
	if err != nil {
		t.Fatal(err)
	}
	var schema any
	if err := json.Unmarshal(published, &schema); err != nil {
		t.Fatal(err)
	}
	query, err := rego.New(rego.Query(`[ok, _] = json.match_schema(input.document, input.schema)`)).PrepareForEval(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return func(document any) bool {
		found, err := query.Eval(t.Context(), rego.EvalInput(map[string]any{"document": document, "schema": schema}))
		if err != nil || len(found) != 1 {
			t.Fatalf("%v, %v", found, err)
		}
		return found[0].Bindings["ok"] == true
	}
}

// TestSchemaTakes what the writer writes.
func TestSchemaTakes(t *testing.T) {
	var document any
	if err := yaml.Load([]byte(text(t, full())), &document); err != nil {
		t.Fatal(err)
	}
	if !validator(t)(document) {
		t.Error("the schema refuses a lock that entail wrote")
	}
}

func FuzzParse(f *testing.F) {
	f.Add(text(f, full()))
	for _, tt := range hostile {
		f.Add(tt.text)
	}
	f.Fuzz(func(t *testing.T, written string) {
		file, err := Parse("L", strings.NewReader(written))
		if err != nil {
			if !strings.HasPrefix(err.Error(), "read lock L") {
				t.Errorf("error %q does not say which lock", err)
			}
			return
		}
		// What is taken can be written, and means the same again.
		again, err := file.Bytes()
		if err != nil {
			t.Fatalf("%v\n%s", err, written)
		}
		back, err := Parse("L", bytes.NewReader(again))
		if err != nil || !reflect.DeepEqual(back, file) {
			t.Errorf("read back as %+v, %v\nwant %+v", back, err, file)
		}
	})
}

// shelf answers from a map, and counts.
type shelf struct {
	has   map[string]*source.Snapshot
	asked []string
}

func (s *shelf) Fetch(ctx context.Context, ref model.Ref) (*source.Snapshot, error) {
	s.asked = append(s.asked, ref.Key())
	if found, ok := s.has[ref.Key()]; ok {
		return found, ctx.Err()
	}
	return reply(ref.ID, model.Offline, "nothing here"), ctx.Err()
}

func reply(id string, state model.State, detail string) *source.Snapshot {
	return &source.Snapshot{
		ID: id, Kind: model.Model, Source: "hub", State: state, Detail: detail, FilesKnown: state == model.Resolved,
		Read: source.NoFiles(id, state),
	}
}

// TestFetch: what is locked is final, but for states that pass.
func TestFetch(t *testing.T) {
	for _, tt := range []struct {
		state model.State
		asks  bool
	}{
		{model.Resolved, false}, {model.Gated, false}, {model.PrivateOrAbsent, false}, {model.NotFound, false}, {model.Disabled, false},
		{model.Offline, true}, {model.RateLimited, true}, {model.Failed, true}, {model.Unauthorized, true}, {model.TooDeep, true},
	} {
		file := &File{Ancestors: []Entry{{ID: "a/b", Kind: model.Model, AskedAs: []string{"A/b"}, State: tt.state, Read: "2026-01-02T03:04:05Z"}}}
		next := &shelf{has: map[string]*source.Snapshot{"a/b": reply("a/b", model.Resolved, ""), "A/b": reply("a/b", model.Resolved, "")}}
		s := Open("entail.lock", file, next.Fetch)
		for _, id := range []string{"a/b", "A/b"} {
			got, err := s.Fetch(t.Context(), model.Ref{Kind: model.Model, ID: id})
			if err != nil {
				t.Fatal(err)
			}
			wantState, wantSource := tt.state, "lock"
			if tt.asks {
				wantState, wantSource = model.Resolved, "hub"
			}
			if got.ID != "a/b" || got.State != wantState || got.Source != wantSource || !tt.asks && got.AsOf != "2026-01-02" {
				t.Errorf("%s asked as %s: %+v", tt.state, id, got)
			}
		}
		if asks := len(next.asked) > 0; asks != tt.asks {
			t.Errorf("%s: asked %q, want %t", tt.state, next.asked, tt.asks)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := Open("", full(), nil).Fetch(ctx, model.Ref{ID: "a/base"}); !errors.Is(err, context.Canceled) {
		t.Errorf("an ended context gives %v", err)
	}
}

// TestUpdate: an entry that cannot be read anew for a reason that passes, or
// only from a source that knows less, stays.
func TestUpdate(t *testing.T) {
	had := Entry{ID: "a/b", Kind: model.Model, State: model.Resolved, Source: "hub", Read: "2026-01-02T03:04:05Z", Revision: "old"}
	indexed := reply("a/b", model.Resolved, "")
	indexed.FilesKnown = false
	for _, tt := range []struct {
		name string
		live *source.Snapshot
		kept string
	}{
		{"changed", reply("a/b", model.Resolved, ""), ""},
		{"gone", reply("a/b", model.NotFound, "there is none"), ""},
		{"gated", reply("a/b", model.Gated, "behind a gate"), ""},
		{"limited", reply("a/b", model.RateLimited, "too many"), "too many"},
		{"offline", reply("a/b", model.Offline, "no network"), "no network"},
		{"old", reply("a/b", model.Resolved, "could not be refreshed: x"), "could not be refreshed: x"},
		{"indexed", indexed, "only hub was asked, which has no files"},
	} {
		next := &shelf{has: map[string]*source.Snapshot{"a/b": tt.live}}
		s := Open("entail.lock", &File{Ancestors: []Entry{had}}, next.Fetch)
		if unknown := s.Update([]string{"a/b", "x/y"}); !reflect.DeepEqual(unknown, []string{"x/y"}) {
			t.Errorf("unknown ids %q", unknown)
		}
		got, err := s.Fetch(t.Context(), model.Ref{ID: "a/b"})
		if err != nil {
			t.Fatal(err)
		}
		if kept := s.Kept()["a/b"]; kept != tt.kept || (got.Source == "lock") != (tt.kept != "") {
			t.Errorf("%s: kept %q, from %s; want %q", tt.name, kept, got.Source, tt.kept)
		}
	}
	all := Open("", full(), (&shelf{}).Fetch)
	if all.Update(nil); len(all.anew) != len(full().Ancestors) {
		t.Errorf("%d entries are read anew, want all", len(all.anew))
	}
}

func TestRefresh(t *testing.T) {
	locked := Entry{ID: "a/b", Kind: model.Model, State: model.Resolved, Source: "hub", Read: "2026-01-02T03:04:05Z"}
	live := &shelf{has: map[string]*source.Snapshot{
		"a/b": reply("a/new-name", model.Resolved, ""), "a/B": reply("a/b", model.Resolved, ""),
		"c/d": reply("c/d", model.Resolved, ""),
	}}
	stored := &shelf{has: map[string]*source.Snapshot{"e/f": reply("e/f", model.Resolved, "")}}
	s := Open("L", &File{Ancestors: []Entry{locked}}, stored.Fetch).Refresh(live.Fetch)
	for id, want := range map[string]struct {
		id     string
		locked bool
	}{"a/b": {"a/new-name", true}, "a/B": {"a/b", true}, "c/d": {"c/d", false}, "e/f": {"e/f", false}} {
		got, err := s.Fetch(t.Context(), model.Ref{ID: id})
		if err != nil || got.ID != want.id || (got.Locked != nil) != want.locked || got.State != model.Resolved {
			t.Errorf("%s: %+v, %v", id, got, err)
		}
	}
	live.has["a/b"] = reply("a/b", model.RateLimited, "too many")
	got, err := s.Fetch(t.Context(), model.Ref{ID: "a/b"})
	if err != nil || got.Source != "lock" || got.Locked.Live != model.RateLimited || got.Detail != "could not be refreshed: too many" {
		t.Errorf("where live cannot say: %+v, %v", got, err)
	}
}

// TestPinned holds that each field of a node is in the lock, or left out for a
// reason that is given here, so that no new fact is lost in silence.
func TestPinned(t *testing.T) {
	const measured, subject, listed = "measured against the catalogue anew", "only read of the subject", "not needed of an ancestor, and large"
	out := map[string]string{
		"Name": measured, "SameOwner": measured, "Evidence": subject, "Phrases": subject, "Mentions": subject,
		"FromScratch": subject, "Candidates": subject, "MOF": subject, "Weights": "what they say of base models is among the claims", "Files": listed, "Downloads": "changes from day to day", "Locked": "is the lock's own",
		"ID": "", "Kind": "", "Source": "", "AsOf": "", "Revision": "", "State": "", "Detail": "", "Card": "", "License": "",
		"BasesKnown": "", "FilesKnown": "", "Task": "", "Gated": "", "CreatedAt": "",
	}
	fields := reflect.VisibleFields(reflect.TypeFor[model.Node]())
	for _, f := range fields {
		if _, known := out[f.Name]; !known {
			t.Errorf("%s of a node is new: lock it, or say here why not", f.Name)
		}
	}
	if len(fields) != len(out) {
		t.Errorf("%d fields, %d known", len(fields), len(out))
	}
}

func TestChanges(t *testing.T) {
	old, made := full(), full()
	made.Ancestors[0].Revision = "def"
	made.Ancestors = slices.Delete(made.Ancestors, 1, 2)
	made.Ancestors = append(made.Ancestors, Entry{ID: "z/new", Kind: model.Model})
	want := []string{"changed: a/base", "removed: b/set", "added: z/new"}
	if got := Changes(old, made); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := Changes(full(), full()); got != nil {
		t.Errorf("two of the same differ in %q", got)
	}
}

// TestBuildKeepsTime: an entry in which nothing but where and when it was read
// differs stays as it is.
func TestBuildKeepsTime(t *testing.T) {
	found := &model.Lineage{Subject: "own/release", Nodes: map[string]*model.Node{
		"own/release": {ID: "own/release"},
		"a/b":         {ID: "a/b", Kind: model.Model, Source: "hub", State: model.Resolved, Revision: "1", FilesKnown: true, BasesKnown: true},
	}}
	day := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	first := Build(found, NewRecorder(nil), &File{}, day)
	found.Nodes["a/b"].Source = "cache"
	if second := Build(found, NewRecorder(nil), first, day.AddDate(0, 1, 0)); !reflect.DeepEqual(first, second) {
		t.Errorf("%+v became %+v", first, second)
	}
	found.Nodes["a/b"].Revision = "2"
	third := Build(found, NewRecorder(nil), first, day.AddDate(0, 1, 0))
	if e := third.Ancestors[0]; e.Revision != "2" || e.Read != "2026-02-02T03:04:05Z" || e.Source != "cache" {
		t.Errorf("a change gives %+v", e)
	}
}
