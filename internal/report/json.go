package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/entail-dev/entail/internal/model"
)

// writeJSON writes the result document, schema entail.result/v1. Results are
// encoded one by one, so that a document of thousands is never there as a whole.
// Nothing in one can fail to be encoded that rules could have said, so that
// only w can fail once something is written.
func writeJSON(w io.Writer, result *model.Result) error {
	const none = `"results": []`
	empty := *result
	empty.Results = []model.SubjectResult{}
	var around bytes.Buffer
	if err := writeIndented(&around, empty); err != nil {
		return err
	}
	before, after, _ := strings.Cut(around.String(), none) // no string has bare quotes
	out := bufio.NewWriterSize(w, 1<<16)
	out.WriteString(before + strings.TrimSuffix(none, "]"))
	var text bytes.Buffer
	encoder := indented(&text, "    ")
	for i := range result.Results {
		if text.Reset(); i > 0 {
			out.WriteByte(',')
		}
		if err := encoder.Encode(&result.Results[i]); err != nil {
			return fmt.Errorf("write JSON: %w", err)
		}
		out.WriteString("\n    ")
		out.Write(escapeUnsafe(bytes.TrimSuffix(text.Bytes(), []byte("\n"))))
	}
	if len(result.Results) > 0 {
		out.WriteString("\n  ")
	}
	out.WriteString("]" + after)
	if err := out.Flush(); err != nil { // and of any write before
		return fmt.Errorf("write JSON: %w", err)
	}
	return nil
}

// indented is an encoder of JSON whose lines but the first start with prefix.
func indented(w io.Writer, prefix string) *json.Encoder {
	encoder := json.NewEncoder(w)
	encoder.SetIndent(prefix, "  ")
	encoder.SetEscapeHTML(false)
	return encoder
}

// writeIndented writes any value as JSON for people and programs. JSON gets
// printed to terminals as well, so that the characters that Plain shows as
// escapes are written as escapes here, which any reader of JSON turns back.
func writeIndented(w io.Writer, value any) error {
	var text bytes.Buffer
	if err := indented(&text, "").Encode(value); err != nil {
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
	var b bytes.Buffer
	done := 0
	for i, size := 0, 1; i < len(document); i += size {
		r := rune(document[i])
		if size = 1; r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(document[i:])
		} else if r >= ' ' && r < '\x7f' {
			continue // nearly all of it
		}
		if r == '\n' || !unsafe(r) {
			continue
		}
		b.Write(document[done:i])
		done = i + size
		if high, low := utf16.EncodeRune(r); r > 0xffff {
			fmt.Fprintf(&b, "\\u%04x\\u%04x", high, low)
		} else {
			fmt.Fprintf(&b, "\\u%04x", r)
		}
	}
	if done == 0 {
		return document
	}
	b.Write(document[done:])
	return b.Bytes()
}
