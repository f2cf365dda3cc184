package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf16"

	"github.com/entail-dev/entail/internal/model"
)

// writeJSON writes the result document, schema entail.result/v1.
func writeJSON(w io.Writer, result *model.Result) error {
	return writeIndented(w, result)
}

// writeIndented writes any value as JSON for people and programs. JSON gets
// printed to terminals as well, so that the characters that Plain shows as
// escapes are written as escapes here, which any reader of JSON turns back.
func writeIndented(w io.Writer, value any) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	if _, err := w.Write(escapeUnsafe(text.Bytes())); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	return nil
}

// escapeUnsafe writes what is unsafe on a terminal as \u escapes. In JSON such
// characters stand in strings only; line ends are the document's own, since
// those in strings are escaped already.
func escapeUnsafe(document []byte) []byte {
	if !bytes.ContainsFunc(document, func(r rune) bool { return r != '\n' && unsafe(r) }) {
		return document
	}
	var b bytes.Buffer
	for _, r := range string(document) {
		switch high, low := utf16.EncodeRune(r); {
		case r == '\n' || !unsafe(r):
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, "\\u%04x\\u%04x", high, low)
		default:
			fmt.Fprintf(&b, "\\u%04x", r)
		}
	}
	return b.Bytes()
}
