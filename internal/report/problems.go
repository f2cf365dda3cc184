package report

import (
	"fmt"
	"io"

	"github.com/entail-dev/entail/internal/model"
)

// problemsDocument is what is wrong with one file, as JSON.
type problemsDocument struct {
	Schema   string          `json:"schema"`
	File     string          `json:"file"`
	Problems []model.Problem `json:"problems"`
}

// WriteProblems writes what is wrong with one file, as text or json.
func WriteProblems(w io.Writer, format, file string, problems []model.Problem, options Options) error {
	if format == "json" {
		if problems == nil {
			problems = []model.Problem{}
		}
		return writeIndented(w, problemsDocument{Schema: "entail.problems/v1", File: file, Problems: problems})
	}
	t := newText(w, options)
	for _, p := range problems {
		place := fmt.Sprintf("%s:%d: ", Plain(p.At.File), max(p.At.Line, 1))
		for i, line := range wrap(Plain(p.Detail), t.Width-len(place)) {
			if i > 0 {
				fmt.Fprintf(t, "%*s%s\n", len(place), "", line)
				continue
			}
			fmt.Fprintln(t, t.paint(place, bold)+line)
		}
	}
	switch len(problems) {
	case 0:
		fmt.Fprintf(t, "%s: nothing wrong\n", Plain(file))
	default:
		fmt.Fprintf(t, "%s: %s\n", Plain(file), plural(len(problems), "problem"))
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("write what is wrong with %s: %w", file, err)
	}
	return nil
}
