package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/internal/check"
	"github.com/entail-dev/entail/internal/input"
	"github.com/entail-dev/entail/internal/lineage"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
	"github.com/entail-dev/entail/policies"
)

// writeInputs writes n input documents into a folder: those of models spread
// evenly over the embedded index, every other one for commercial use. Each is
// the document that entail itself gives rules.
func writeInputs(ctx context.Context, table, folder string, n int) (bytes int, err error) {
	ids, err := indexed(table)
	if err != nil {
		return 0, err
	}
	known, err := catalog.Load(policies.FS)
	if err != nil {
		return 0, err
	}
	index := source.Index()
	checker := &check.Checker{
		Walker: &lineage.Walker{Sources: []source.Source{index}, Catalog: known},
		Now:    time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC),
	}
	if len(ids) < n {
		return 0, fmt.Errorf("the index has %d models, want %d", len(ids), n)
	}
	for i := range n {
		snapshot, err := index.Fetch(ctx, model.Ref{Kind: model.Model, ID: ids[i*len(ids)/n]})
		if err != nil {
			return 0, err
		}
		document, err := checker.Input(ctx, check.Subject{
			Snapshot: snapshot, Use: input.Use{Commercial: i%2 == 0}, Config: input.Config{Reading: "text"},
		})
		if err != nil {
			return 0, err
		}
		text, err := json.Marshal(document)
		if err != nil {
			return 0, err
		}
		bytes += len(text)
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%05d.json", i)), text, 0o600); err != nil {
			return 0, err
		}
	}
	return bytes, nil
}

// indexed lists the models of the embedded index's table.
func indexed(table string) ([]string, error) {
	file, err := os.Open(table)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var ids []string
	for lines := bufio.NewScanner(file); lines.Scan(); {
		column := strings.Split(lines.Text(), "\t")
		if len(column) > 3 && !strings.HasPrefix(column[0], "#") && column[0] != "id" {
			ids = append(ids, column[0])
		}
	}
	return ids, nil
}
