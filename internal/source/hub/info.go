package hub

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"strings"
	"time"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

// fields is an answer's object, each value still undecoded: the Hub writes one
// key in several types, and one odd value must not cost the others.
type fields map[string]json.RawMessage

// decodeInfo reads the facts of one repository.
func decodeInfo(a *answer, kind model.Kind) (*source.Snapshot, *failure) {
	var f fields
	if err := json.Unmarshal(a.body, &f); err != nil || f == nil {
		detail := "the answer is not the JSON of a Hub"
		if start := bytes.TrimSpace(a.body); len(start) > 0 && start[0] == '<' {
			detail = noHub
		}
		return nil, &failure{state: model.Failed, detail: detail}
	}
	id := f.text("id")
	if !ValidID(id) {
		return nil, &failure{state: model.Failed, detail: "the answer is not the JSON of a Hub: it names no repository"}
	}
	s := &source.Snapshot{
		ID: id, Published: true, Kind: kind, Source: name,
		State:     model.Resolved,
		Revision:  f.commit(),
		Tags:      f.list("tags"),
		Task:      f.text("pipeline_tag"),
		Gated:     f.gated(),
		CreatedAt: f.time("createdAt"),
		Downloads: f.count("downloads"),
		Metadata:  f.object("cardData"),
	}
	s.Files, s.FilesKnown = f.files()
	s.Bases = f.bases()
	if f["baseModels"] == nil {
		s.Bases = tagBases(s.Tags)
	}
	if f.flag("disabled") {
		s.State, s.Detail = model.Disabled, "the Hub has disabled access to it"
	}
	return s, nil
}

func (f fields) text(key string) string {
	var s string
	_ = json.Unmarshal(f[key], &s) // another type is no text
	return s
}

func (f fields) flag(key string) bool {
	var b bool
	_ = json.Unmarshal(f[key], &b)
	return b
}

// list reads the strings of a list and passes over all else in it.
func (f fields) list(key string) []string {
	var raw []any
	_ = json.Unmarshal(f[key], &raw)
	var list []string
	for _, v := range raw {
		if s, ok := v.(string); ok {
			list = append(list, s)
		}
	}
	return list
}

// object is nil where the key is absent, null, of another type, or nested so
// deeply that nobody wrote it by hand.
func (f fields) object(key string) map[string]any {
	var m map[string]any
	if json.Unmarshal(f[key], &m) != nil || !source.Shallow(m) {
		return nil
	}
	return m
}

func (f fields) count(key string) int64 {
	var n float64
	if json.Unmarshal(f[key], &n) != nil || n < 0 || n > 1<<53 {
		return 0
	}
	return int64(n)
}

func (f fields) time(key string) string {
	s := f.text(key)
	if _, err := time.Parse(time.RFC3339, s); err != nil {
		return ""
	}
	return s
}

// commit is the revision that was read. It becomes part of an address, so that
// what is no commit counts as none.
func (f fields) commit() string {
	if sha := f.text("sha"); isCommit(sha) {
		return sha
	}
	return ""
}

// isCommit reports whether s is a commit's full name, by SHA-1 or SHA-256.
func isCommit(s string) bool {
	return (len(s) == 40 || len(s) == 64) && strings.Trim(s, "0123456789abcdef") == ""
}

// gated is "false", "auto", "manual", or empty where the answer does not say.
// A bare true, as servers of old wrote it, is read as the stricter of the two.
func (f fields) gated() string {
	var b bool
	if json.Unmarshal(f["gated"], &b) == nil && len(f["gated"]) > 0 && string(f["gated"]) != "null" {
		if b {
			return "manual"
		}
		return "false"
	}
	switch s := f.text("gated"); s {
	case "auto", "manual", "false":
		return s
	}
	return ""
}

// files is the file list without names that are no path within a repository.
// A list over the bound is cut, and then proves nothing of what it lacks.
func (f fields) files() ([]model.File, bool) {
	var siblings []json.RawMessage
	if json.Unmarshal(f["siblings"], &siblings) != nil || siblings == nil {
		return nil, false
	}
	files := make([]model.File, 0, min(len(siblings), source.MaxFiles))
	for _, raw := range siblings {
		if len(files) == source.MaxFiles {
			return files, false
		}
		var sibling struct {
			Name string `json:"rfilename"`
		}
		if json.Unmarshal(raw, &sibling) != nil || !validPath(sibling.Name) {
			continue
		}
		files = append(files, model.File{Path: sibling.Name, Size: -1})
	}
	return files, true
}

// bases are the base models that the Hub resolved, with its one relation.
func (f fields) bases() []source.Base {
	var models fields
	if json.Unmarshal(f["baseModels"], &models) != nil {
		return nil
	}
	relation := model.Unknown
	switch r := model.Relation(models.text("relation")); r {
	case model.Finetune, model.Adapter, model.Quantized, model.Merge:
		relation = r
	}
	var list []json.RawMessage
	_ = json.Unmarshal(models["models"], &list)
	var bases []source.Base
	for _, raw := range list {
		var base fields
		if json.Unmarshal(raw, &base) == nil && ValidID(base.text("id")) {
			ref := model.Ref{Kind: model.Model, ID: base.text("id")}
			bases = append(bases, source.Base{Ref: ref, Relation: relation, From: model.FromHub})
		}
	}
	return bases
}

// tagBases are the base models that the Hub's tags name, for answers without
// baseModels: base_model:ID, and base_model:RELATION:ID beside it.
func tagBases(tags []string) []source.Base {
	var bases []source.Base
	at := map[string]int{}
	for _, tag := range tags {
		id, ok := strings.CutPrefix(tag, "base_model:")
		if !ok {
			continue
		}
		relation := model.Unknown
		if before, after, found := strings.Cut(id, ":"); found {
			switch r := model.Relation(before); r {
			case model.Finetune, model.Adapter, model.Quantized, model.Merge:
				relation, id = r, after
			}
		}
		if !ValidID(id) {
			continue
		}
		i, known := at[id]
		if !known {
			i, at[id] = len(bases), len(bases)
			ref := model.Ref{Kind: model.Model, ID: id}
			bases = append(bases, source.Base{Ref: ref, Relation: relation, From: model.FromHub})
		}
		if relation != model.Unknown {
			bases[i].Relation = relation
		}
	}
	return bases
}

// validPath reports whether path names a file within a repository.
func validPath(path string) bool {
	return fs.ValidPath(path) && path != "." && !strings.ContainsAny(path, "\x00\\")
}
