package report

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/entail-dev/entail/internal/model"
)

// writeJSON writes the result document, schema entail.result/v1.
func writeJSON(w io.Writer, result *model.Result) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(result); err != nil {
		return fmt.Errorf("write JSON report: %w", err)
	}
	return nil
}
