package policy

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/internal/model"
)

// Problem is one thing that is wrong with a policy, and an error.
type Problem struct {
	// Level is error where the policy cannot be used, else warning.
	Level model.Level
	// File is as the folder's name and the path in it; empty for none.
	File string
	// Line and Column are 1-based, in characters; 0 where the place is not known.
	Line   int
	Column int
	// Width is how many characters from Column on it is about; 0 where not known.
	Width   int
	Message string
	// Help says what to write instead; may be empty.
	Help string
	// Text is the line of the file; empty where not known.
	Text string
}

// Error is the problem on one line, with its place.
func (p *Problem) Error() string {
	var text strings.Builder
	if p.File != "" {
		text.WriteString(p.File)
		for _, n := range []int{p.Line, p.Column} {
			if n > 0 {
				fmt.Fprintf(&text, ":%d", n)
			}
		}
		text.WriteString(": ")
	}
	text.WriteString(p.Message)
	if p.Help != "" {
		text.WriteString("; " + p.Help)
	}
	return text.String()
}

// problemAt is a problem of level error at a place that OPA knows.
func problemAt(at *ast.Location, format string, args ...any) *Problem {
	p := &Problem{Level: model.LevelError, Message: fmt.Sprintf(format, args...)}
	if len(p.Message) > maxQuoted {
		p.Message = strings.ToValidUTF8(p.Message[:maxQuoted], "") + " …"
	}
	if at != nil {
		p.File, p.Line, p.Column = at.File, at.Row, at.Col
	}
	return p
}

// onLine is a problem of level error with a line as a whole.
func onLine(at *ast.Location, format string, args ...any) *Problem {
	p := problemAt(at, format, args...)
	p.Column = 0
	return p
}

// plainName is a package as Rego has it after the word package.
func plainName(path ast.Ref) string { return strings.TrimPrefix(path.String(), "data.") }

// Problems are the reasons for which policies cannot be used; never empty where
// they are an error.
type Problems []*Problem

// Error has a line for each.
func (all Problems) Error() string {
	if len(all) == 1 {
		return all[0].Error()
	}
	lines := []string{fmt.Sprintf("%d errors", len(all))}
	for _, p := range all {
		lines = append(lines, p.Error())
	}
	return strings.Join(lines, "\n")
}

// sorted orders problems by their place, each once. Of two at one place, where
// the second only says more than the first, it is the second.
func (all Problems) sorted() Problems {
	slices.SortStableFunc(all, func(a, b *Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), a.Line-b.Line, a.Column-b.Column, strings.Compare(a.Message, b.Message))
	})
	once := all[:0]
	for i, p := range all {
		if i+1 < len(all) {
			next := all[i+1]
			if p.File == next.File && p.Line == next.Line && p.Column == next.Column && strings.HasPrefix(next.Message, p.Message) {
				continue
			}
		}
		once = append(once, p)
	}
	return once
}

// compileProblems are the reasons for which modules did not compile: those in a
// user's files alone, where there are any, since ours compile without them.
func compileProblems(c *ast.Compiler) Problems {
	var all, users Problems
	files := map[string]bool{}
	for key, module := range c.Modules {
		files[module.Package.Location.File] = strings.HasPrefix(key, userPrefix)
	}
	for _, err := range c.Errors {
		p := problemOf(err)
		if name, ok := strings.CutPrefix(err.Message, "undefined function "); ok {
			p.Message, p.Help = "there is no function "+name, insteadOf(name)
			if ref, err := ast.ParseRef(name); err == nil && ref.HasPrefix(ownRoot) {
				if unknown := unknownName(c, ref); unknown != nil {
					p.Message, p.Help = unknown.Message, unknown.Help
				}
			}
		}
		all = append(all, p)
		if files[p.File] {
			users = append(users, p)
		}
	}
	if len(users) > 0 {
		return users.sorted()
	}
	return all.sorted()
}

// problemsOf takes apart an error of reading or compiling policies.
func problemsOf(err error) Problems {
	if all, ok := errors.AsType[Problems](err); ok {
		return all
	}
	if one, ok := errors.AsType[*Problem](err); ok {
		return Problems{one}
	}
	found, ok := errors.AsType[ast.Errors](err)
	if !ok {
		return Problems{{Level: model.LevelError, Message: err.Error()}}
	}
	var all Problems
	for _, one := range found {
		all = append(all, problemOf(one))
	}
	return all.sorted()
}

// problemOf puts an error of OPA's in words for who wrote the rule, with the
// nearest name where one is misspelt.
func problemOf(err *ast.Error) *Problem {
	p := problemAt(err.Location, "%s", err.Message)
	invalid, ok := err.Details.(*ast.RefErrInvalidDetail)
	if !ok {
		if _, parsing := err.Details.(*ast.ParserErrorDetail); !parsing && err.Details != nil {
			// What was there and what was wanted, as a match or a call has them.
			p.Help = strings.Join(strings.Fields(strings.Join(err.Details.Lines(), " ")), " ")
			if len(p.Help) > maxQuoted {
				p.Help = strings.ToValidUTF8(p.Help[:maxQuoted], "") + " …"
			}
		}
		return p
	}
	field, ok := invalid.Ref[invalid.Pos].Value.(ast.String)
	if !ok || len(invalid.OneOf) == 0 {
		return p
	}
	var known []string
	for _, one := range invalid.OneOf {
		if name, ok := one.(ast.String); ok {
			known = append(known, string(name))
		}
	}
	p.Message = fmt.Sprintf("%s has no field %s", invalid.Ref[:invalid.Pos], string(field))
	p.Help = meant(string(field), known)
	p.point(invalid.Ref[invalid.Pos])
	return p
}

// point moves a problem to a term of its line, where OPA knows where that is.
func (p *Problem) point(at *ast.Term) {
	if at.Location != nil && at.Location.Row > 0 && at.Location.File == p.File {
		p.Line, p.Column, p.Width = at.Location.Row, at.Location.Col, utf8.RuneCount(at.Location.Text)
	}
}

// quote adds the line that it is about. Where OPA knows where a name starts and
// not where it ends, it ends with the word.
func (p *Problem) quote(line string) {
	p.Text = line
	all := []rune(line)
	if p.Width > 0 || p.Column < 1 || p.Column > len(all) {
		return
	}
	for _, r := range all[p.Column-1:] {
		if r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return
		}
		p.Width++
	}
}

// maxNames bounds how many names a message lists.
const maxNames = 12

// meant says which of the known names was meant, else what they are.
func meant(name string, known []string) string {
	if near := catalog.NearestOf(name, known, 3); len(near) > 0 {
		return "did you mean " + strings.Join(near, " or ") + "?"
	}
	slices.Sort(known)
	if len(known) > maxNames {
		known = append(slices.Clone(known[:maxNames]), "…")
	}
	return "there are " + strings.Join(known, ", ")
}

// insteadOf says why a function is not there, or which was meant.
func insteadOf(name string) string {
	if why := refused[name]; why != "" {
		return why
	}
	var all []string
	for _, b := range Capabilities().Builtins {
		all = append(all, b.Name)
	}
	if near := catalog.NearestOf(name, all, 1); len(near) > 0 {
		return "did you mean " + near[0] + "?"
	}
	return ""
}
