package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/parquet-go/parquet-go"

	"github.com/entail-dev/entail/internal/card"
	"github.com/entail-dev/entail/internal/model"
)

// The dump: its name as rows cite it, the day it was frozen, and how the
// table of models names its copy.
const (
	dumpName = "cfahlgren1/hub-stats"
	dumpDay  = "2026-05-20"
	dumpCopy = "evaleval/eval-card-registry: curation/hub_stats_frozen.parquet"
)

// readTSV reads a table with a header that has at least the columns named.
func readTSV(file string, need ...string) ([]map[string]string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read table: %w", err)
	}
	lines := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	header := strings.Split(lines[0], "\t")
	for _, n := range need {
		if !slices.Contains(header, n) {
			return nil, fmt.Errorf("read table %s: no column %s", file, n)
		}
	}
	var rows []map[string]string
	for i, line := range lines[1:] {
		cols := strings.Split(line, "\t")
		if len(cols) != len(header) {
			return nil, fmt.Errorf("read table %s: line %d has %d columns, want %d", file, i+2, len(cols), len(header))
		}
		row := map[string]string{}
		for j, h := range header {
			row[h] = strings.TrimSpace(cols[j])
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// dumpRow is what is read of a row of the dump.
type dumpRow struct {
	ID         string  `parquet:"id,optional"`
	CardData   *string `parquet:"cardData,optional"`
	BaseModels *struct {
		Relation string `parquet:"relation,optional"`
		Models   []struct {
			ID string `parquet:"id,optional"`
		} `parquet:"models,list,optional"`
	} `parquet:"baseModels,optional"`
}

// addDump adds every model of the dump's sample that declares a licence or a
// base.
func (b *builder) addDump(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("read dump: %w", err)
	}
	defer f.Close()
	r := parquet.NewGenericReader[dumpRow](f)
	defer r.Close()
	buf := make([]dumpRow, 256)
	for {
		clear(buf)
		n, err := r.Read(buf)
		for _, row := range buf[:n] {
			e, err := b.dumpEntry(row)
			if err != nil {
				return fmt.Errorf("read dump: model %s: %w", row.ID, err)
			}
			b.add(e, false)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read dump: %w", err)
		}
	}
}

// dumpEntry makes an entry of a row: licence from the card, bases from the
// Hub with those that it dropped from the card.
func (b *builder) dumpEntry(row dumpRow) (entry, error) {
	c := model.Card{}
	if row.CardData != nil && *row.CardData != "" {
		if err := json.Unmarshal([]byte(*row.CardData), &c.Metadata); err != nil {
			return entry{}, fmt.Errorf("decode card data: %w", err)
		}
	}
	e := entry{id: row.ID, asOf: dumpDay, source: dumpName}
	ids, name, _ := card.LicenseFields(c.Metadata)
	for i := range ids {
		ids[i] = cleanLicense(ids[i])
	}
	e.license, e.licenseName = strings.Join(ids, ","), cleanLicense(name)
	if row.BaseModels != nil {
		e.relation = row.BaseModels.Relation
		for _, m := range row.BaseModels.Models {
			e.bases = append(e.bases, m.ID)
		}
	}
	b.restore(&e, c)
	return e, nil
}

// restore adds the base models that the card names and the Hub dropped, which
// it does with deleted, private and wrongly cased ones. Bare names are left
// out: they are stray words more often than models. So are a card's names
// that may be former ones of a model the Hub lists.
func (b *builder) restore(e *entry, c model.Card) {
	var lost []string
	unmatched := slices.Clone(e.bases)
	for _, base := range card.BaseModels(c) {
		id := b.current(base.Value)
		if base.Problem != nil || !strings.Contains(id, "/") || slices.Contains(lost, id) {
			continue
		}
		if i := slices.IndexFunc(e.bases, func(have string) bool { return strings.EqualFold(have, id) }); i >= 0 {
			unmatched = slices.DeleteFunc(unmatched, func(have string) bool { return have == e.bases[i] })
			continue
		}
		lost = append(lost, id)
	}
	lost = slices.DeleteFunc(lost, func(id string) bool {
		i := slices.IndexFunc(unmatched, func(have string) bool { return strings.EqualFold(path.Base(have), path.Base(id)) })
		if i >= 0 {
			unmatched = slices.Delete(unmatched, i, i+1)
		}
		return i >= 0
	})
	if len(lost) == 0 {
		return
	}
	if len(unmatched) > 0 {
		b.unsure++
		return
	}
	b.restored += len(lost)
	e.bases = append(e.bases, lost...)
	switch declared := card.Relation(c.Metadata); {
	case declared != "":
		e.relation = declared
	case len(e.bases) > 1:
		// The Hub's own rule: two bases or more are a merge.
		e.relation = "merge"
	}
}

// addModels adds the table of known models.
func (b *builder) addModels(file string) error {
	rows, err := readTSV(file, "model_id", "license", "base_models", "relation", "gated", "source", "note")
	if err != nil {
		return err
	}
	for _, r := range rows {
		source, _, _ := strings.Cut(r["source"], "; ")
		own := !strings.HasPrefix(source, "lfai/") && !strings.HasPrefix(source, "transformerlab/")
		e := entry{
			id:           r["model_id"],
			license:      cleanLicense(r["license"]),
			bases:        b.ids(r["base_models"]),
			basesUnknown: !own,
			relation:     r["relation"],
			gated:        gate(r["gated"], r["note"]),
			asOf:         asOf(source, r["note"]),
			source:       source,
		}
		if source == dumpCopy {
			e.source = dumpName
		}
		switch {
		case strings.Contains(r["note"], "declared as other"):
			e.license, e.licenseName = "other", e.license
		case !own && e.license != "" && !b.hubIDs[e.license]:
			// These sources write titles of their own choice.
			e.license, e.licenseName = "other", e.license
		case strings.HasPrefix(r["note"], "license_name without license"):
			e.license, e.licenseName = "", e.license
		}
		if have, ok := b.entries[e.id]; ok {
			have.gated = e.gated
			b.entries[e.id] = have
			continue
		}
		if name, ok := strings.CutPrefix(r["note"], "license_name "); ok && e.license != "" {
			e.licenseName, _, _ = strings.Cut(name, ";")
		}
		b.add(e, own)
	}
	return nil
}

// gate is the column gated of the index.
func gate(column, note string) string {
	switch {
	case strings.Contains(note, "gated: manual"):
		return "manual"
	case strings.Contains(note, "gated: auto"):
		return "auto"
	case column == "no":
		return "false"
	case column == "yes":
		return "yes"
	}
	return ""
}

// yearOf is the year of a collection's cards, as the corpus describes them.
func yearOf(repo string) string {
	switch repo {
	case "Wenxin-Jiang/CS577-NLP":
		return "2022"
	case "leliuga/cohere-configurations":
		return "2023"
	case "YinanWusoymilk/hf-readme", "asgaardlab/model-card-reorganization":
		return "2024"
	}
	return ""
}

// asOf is the day, month or year for which a row of the table of models
// holds, empty where nothing says. Of two years it is the later.
func asOf(source, note string) string {
	repo, _, _ := strings.Cut(source, ":")
	switch year := yearOf(repo); {
	case source == dumpCopy:
		return dumpDay
	case year != "":
		return year
	case strings.Contains(note, "card of 2023-24"):
		return "2024"
	case strings.Contains(note, "card of 2022-23"):
		return "2023"
	case strings.HasPrefix(source, "tamnd/hf-cli"):
		return "2026-07"
	}
	return ""
}

// addCards adds the models of the collected cards.
func (b *builder) addCards(file string) error {
	rows, err := readTSV(file, "model_id", "source_repo", "source_path", "licence declared", "base_models")
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r["model_id"] == "" {
			continue
		}
		license, name := splitName(r["licence declared"])
		source := strings.Trim(r["source_repo"], "()")
		if r["source_path"] != "" {
			source += ": " + r["source_path"]
		}
		b.add(entry{
			id:          r["model_id"],
			license:     cleanLicense(license),
			licenseName: cleanLicense(name),
			bases:       b.ids(r["base_models"]),
			asOf:        yearOf(r["source_repo"]),
			source:      source,
		}, false)
	}
	return nil
}

// splitName takes "license [license_name]" apart.
func splitName(s string) (license, name string) {
	license, name, ok := strings.Cut(s, "[")
	if ok {
		name = strings.TrimSuffix(name, "]")
	}
	return strings.TrimSpace(license), name
}

// ids reads a list of base models, each under its present name; what is no id
// is left out, and a repetition too.
func (b *builder) ids(list string) []string {
	var out []string
	for v := range strings.SplitSeq(list, ",") {
		one := card.BaseModels(model.Card{Metadata: map[string]any{"base_model": v}})
		if len(one) != 1 || one[0].Problem != nil {
			continue
		}
		if id := b.current(one[0].Value); validID(id) && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}
