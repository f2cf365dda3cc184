package source

import (
	"strings"
	"unicode"
)

// maxDepth bounds the nesting of a card's metadata. Evaluation tables, the
// deepest there are, need about eight.
const maxDepth = 64

// Shallow tells whether metadata that was parsed from JSON nests no deeper than
// 64 levels.
func Shallow(metadata map[string]any) bool { return shallow(metadata, maxDepth) }

func shallow(v any, depth int) bool {
	if depth == 0 {
		return false
	}
	switch v := v.(type) {
	case map[string]any:
		for _, child := range v {
			if !shallow(child, depth-1) {
				return false
			}
		}
	case []any:
		for _, child := range v {
			if !shallow(child, depth-1) {
				return false
			}
		}
	}
	return true
}

// Quotable makes a server's words fit for a message: one short line, and no
// token in it, should the server have repeated ours.
func Quotable(text, token string) string {
	if token != "" {
		text = strings.ReplaceAll(text, token, "[token]")
	}
	text = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, text)
	text = strings.Join(strings.Fields(text), " ")
	const most = 120
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return text
}
