package card

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/entail-dev/entail/internal/model"
)

// Bounds of one link, and of the looking ahead for all links of a card, in
// bytes. Without the last a line of nothing but brackets would cost the
// product of its length and the others.
const (
	maxLinkText = 1000
	maxLinkURL  = 2000
	maxLinkWork = 64 << 20
)

// linkReader collects the addresses of a text: Markdown links, autolinks,
// references and bare addresses. Images are left out; what they link to is
// not. Code is left out.
type linkReader struct {
	links []model.Link
	defs  map[string]*definition
	work  int // bytes looked ahead so far
}

// definition is a reference definition: [label]: address.
type definition struct {
	url  string
	used bool
	line int
}

// definitions collects the reference definitions of a text, which may follow
// their use. The first of several counts. Lines are relative to the text.
func definitions(text []byte) map[string]*definition {
	out := map[string]*definition{}
	if !bytes.Contains(text, []byte("]:")) {
		return out
	}
	n := 0
	for l := range bytes.SplitSeq(text, []byte{lineBreak(text)}) {
		n++
		label, url, ok := parseDefinition(string(l))
		if !ok || len(out) == maxLinks {
			continue
		}
		if _, has := out[label]; !has {
			out[label] = &definition{url: url, line: n}
		}
	}
	return out
}

// parseDefinition reads a line "[label]: address".
func parseDefinition(s string) (label, url string, ok bool) {
	t := strings.TrimLeft(s, " ")
	if len(s)-len(t) > 3 || !strings.HasPrefix(t, "[") {
		return "", "", false
	}
	i := strings.Index(t[:min(len(t), maxLinkText)], "]:")
	if i < 2 || t[1] == '^' {
		return "", "", false
	}
	dest := strings.TrimSpace(t[i+2:])
	if cut := strings.IndexAny(dest, " \t"); cut >= 0 {
		dest = dest[:cut]
	}
	dest = strings.Trim(dest, "<>")
	if dest == "" || len(dest) > maxLinkURL {
		return "", "", false
	}
	return foldLabel(t[1:i]), dest, true
}

// foldLabel makes labels comparable, as Markdown compares them.
func foldLabel(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(s), " "))
}

// add keeps one link.
func (r *linkReader) add(url, text string, line int) {
	if len(r.links) < maxLinks && url != "" {
		r.links = append(r.links, model.Link{URL: url, Text: strings.Join(strings.Fields(text), " "), Line: line})
	}
}

// finish gives the links, with the definitions that nothing used in the order
// of their lines.
func (r *linkReader) finish(first int) []model.Link {
	unused := make([]model.Link, 0, len(r.defs))
	for label, d := range r.defs {
		if !d.used {
			unused = append(unused, model.Link{URL: d.url, Text: label, Line: first + d.line - 1})
		}
	}
	return mergeLinks(r.links, unused)
}

// line collects the links of one line.
func (r *linkReader) line(s string, n int) {
	if _, _, ok := parseDefinition(s); ok {
		return
	}
	for i := 0; i < len(s) && r.work < maxLinkWork; {
		switch c := s[i]; {
		case c == '\\':
			i += 2
		case c == '`':
			i = r.skipCode(s, i)
		case c == '!' && strings.HasPrefix(s[i+1:], "["):
			if _, _, end, ok := r.bracketed(s, i+1, false); ok {
				i = end
			} else {
				i++
			}
		case c == '[':
			url, text, end, ok := r.bracketed(s, i, true)
			if !ok {
				i++
				continue
			}
			r.add(url, text, n)
			i = end
		case c == '<':
			if url, end, ok := autolink(s, i); ok {
				r.add(url, url, n)
				i = end
			} else {
				i++
			}
		case c == 'h' && bareStart(s, i):
			end := bareEnd(s, i)
			r.add(s[i:end], s[i:end], n)
			i = end
		default:
			i++
		}
	}
}

// skipCode passes over a code span, or over its opening marks where it is not
// closed on the line.
func (r *linkReader) skipCode(s string, i int) int {
	n := 0
	for i+n < len(s) && s[i+n] == '`' {
		n++
	}
	marks := s[i : i+n]
	rest := s[i+n : min(len(s), i+n+maxLinkURL)]
	if j := strings.Index(rest, marks); j >= 0 {
		return i + n + j + n
	}
	r.work += len(rest)
	return i + n
}

// bracketed reads [text](address), [text][label], [label][] and [label] at i.
func (r *linkReader) bracketed(s string, i int, use bool) (url, text string, end int, ok bool) {
	closing := r.matching(s, i)
	if closing < 0 {
		return "", "", 0, false
	}
	text = s[i+1 : closing]
	after := closing + 1
	label := text
	switch {
	case strings.HasPrefix(s[after:], "("):
		if url, end, ok := r.destination(s, after); ok {
			return url, r.plainLinkText(text), end, true
		}
	case strings.HasPrefix(s[after:], "["):
		if j := r.matching(s, after); j > after+1 {
			label, after = s[after+1:j], j+1
		} else if j == after+1 {
			after = j + 1
		}
	}
	if len(r.defs) == 0 || strings.HasPrefix(label, "[") {
		return "", "", 0, false
	}
	r.work += len(label)
	d, has := r.defs[foldLabel(label)]
	if !has {
		return "", "", 0, false
	}
	d.used = d.used || use
	return d.url, r.plainLinkText(text), after, true
}

// matching is the offset of the bracket that closes the one at i, or -1.
func (r *linkReader) matching(s string, i int) int {
	depth := 0
	for j := i; j < len(s) && j-i <= maxLinkText; j++ {
		r.work++
		switch s[j] {
		case '\\':
			j++
		case '[':
			depth++
		case ']':
			if depth--; depth == 0 {
				return j
			}
		}
	}
	return -1
}

// destination reads "(address "title")" at i.
func (r *linkReader) destination(s string, i int) (url string, end int, ok bool) {
	depth, quoted := 0, byte(0)
	for j := i; j < len(s) && j-i <= maxLinkURL; j++ {
		r.work++
		c := s[j]
		switch {
		case c == '\\':
			j++
		case quoted != 0:
			if c == quoted {
				quoted = 0
			}
		case (c == '"' || c == '\'') && (s[j-1] == ' ' || s[j-1] == '\t'):
			quoted = c
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth == 0 {
				dest := strings.TrimSpace(s[i+1 : j])
				if inner, ok := strings.CutPrefix(dest, "<"); ok {
					inner, _, _ = strings.Cut(inner, ">")
					return inner, j + 1, true
				}
				if cut := strings.IndexAny(dest, " \t"); cut >= 0 {
					dest = dest[:cut]
				}
				return dest, j + 1, true
			}
		}
	}
	return "", 0, false
}

// plainLinkText drops images within a link's text, down to their own text.
func (r *linkReader) plainLinkText(s string) string {
	if !strings.HasPrefix(s, "![") {
		return s
	}
	if j := r.matching(s, 1); j > 0 {
		return s[2:j]
	}
	return s
}

// autolink reads <https://…> or <mailto:…> at i.
func autolink(s string, i int) (url string, end int, ok bool) {
	rest := s[i+1 : min(len(s), i+1+maxLinkURL)]
	if !strings.HasPrefix(rest, "http") && !strings.HasPrefix(rest, "mailto:") {
		return "", 0, false
	}
	j := strings.IndexAny(rest, "> <")
	if j <= 0 || rest[j] != '>' || !strings.Contains(rest[:j], ":") {
		return "", 0, false
	}
	return rest[:j], i + 1 + j + 1, true
}

// bareStart tells whether an address starts at i.
func bareStart(s string, i int) bool {
	if !strings.HasPrefix(s[i:], "http://") && !strings.HasPrefix(s[i:], "https://") {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	return i == 0 || !unicode.IsLetter(before) && !unicode.IsDigit(before)
}

// bareEnd is where the address at i ends: before blanks, quotes and brackets,
// and before the punctuation of the sentence around it.
func bareEnd(s string, i int) int {
	end := i + strings.IndexFunc(s[i:], func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("<>\"'`|[]{}", r)
	})
	if end < i {
		end = len(s)
	}
	if end-i > maxLinkURL {
		end = i + maxLinkURL
		for !utf8.RuneStart(s[end]) {
			end--
		}
	}
	open := strings.Count(s[i:end], "(") - strings.Count(s[i:end], ")")
	for end > i {
		switch c := s[end-1]; {
		case strings.IndexByte(".,;:!?*_\\", c) >= 0:
		case c == ')' && open < 0:
			open++
		default:
			return end
		}
		end--
	}
	return end
}

// mergeLinks joins two lists by line, within the bound.
func mergeLinks(links, more []model.Link) []model.Link {
	out := append(make([]model.Link, 0, len(links)+len(more)), links...)
	slices.SortFunc(more, func(a, b model.Link) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Text, b.Text))
	})
	out = append(out, more...)
	slices.SortStableFunc(out, func(a, b model.Link) int { return cmp.Compare(a.Line, b.Line) })
	return out[:min(len(out), maxLinks)]
}
