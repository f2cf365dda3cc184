package policy

import (
	"errors"
	"fmt"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Bounds of a single call of a builtin, far above what a rule on licences asks
// for, and each reached well within a second.
const (
	// maxText is the longest text that is taken apart or put together, in bytes.
	maxText = 4 << 20
	// maxDigits is the longest number, in characters; maxExponent the largest
	// exponent and shift.
	maxDigits   = 1000
	maxExponent = 10_000
	// maxLeaves is how many values a call goes through that goes down to the
	// last, and maxRead how many bytes they may take when written out.
	maxLeaves = 1_000_000
	maxRead   = 64 << 20
	// maxSteps bounds the product of two sizes.
	maxSteps = 1 << 27
	// maxGroups is how many texts a search for the groups of an expression gives.
	maxGroups = 1_000_000
	// maxWays is how many vertices are on all the ways through a graph together.
	maxWays = 1_000_000
	// maxCopies is how many operations of a patch may copy.
	maxCopies = 8
)

// guard says why a call with these arguments is not made; nil where it is.
type guard func(args []*ast.Term) error

var (
	errText       = fmt.Errorf("a text of more than %d MiB", maxText>>20)
	errNumber     = fmt.Errorf("a number of more than %d digits", maxDigits)
	errLeaves     = fmt.Errorf("a value of more than %d parts or %d MiB", maxLeaves, maxRead>>20)
	errSteps      = errors.New("texts too long to be searched for one another")
	errExpression = errors.New("an expression too large for the text that it is to match")
	errCopies     = fmt.Errorf("a patch with more than %d copies", maxCopies)
	errWays       = fmt.Errorf("a graph with ways of more than %d steps; graph.reachable asks for no ways", maxWays)
	errZone       = errors.New("a time zone but UTC, which depends on the machine")
	errAddress    = errors.New("a verb %p, whose answer depends on the machine")
)

// textOf is an argument that is a text; where it is none, the builtin says so.
func textOf(args []*ast.Term, i int) string {
	if i >= len(args) {
		return ""
	}
	text, _ := args[i].Value.(ast.String)
	return string(text)
}

// texts bounds every argument that is a text.
func texts(args []*ast.Term) error {
	for i := range args {
		if len(textOf(args, i)) > maxText {
			return errText
		}
	}
	return nil
}

// globbed bounds a glob and the text that it is held against. Each run of stars,
// and each list of alternatives, may begin at each place of the text, and the
// matcher tries all of it.
func globbed(args []*ast.Term) error {
	if err := crossed(args); err != nil {
		return err
	}
	pattern, text := textOf(args, 0), textOf(args, 2)
	steps := 1
	for i := range len(pattern) {
		star := pattern[i] == '*' && (i == 0 || pattern[i-1] != '*')
		if !star && pattern[i] != '{' {
			continue
		}
		if steps *= max(2, len(text)); steps > maxSteps {
			return errSteps
		}
	}
	return nil
}

// crossed bounds a search for one text in another.
func crossed(args []*ast.Term) error {
	longest, other := 0, 0
	for i := range args {
		n := len(textOf(args, i))
		if list, ok := args[i].Value.(*ast.Array); ok {
			list.Foreach(func(one *ast.Term) { n += len(textOf([]*ast.Term{one}, 0)) })
		}
		longest, other = max(longest, n), max(other, min(longest, n))
	}
	if longest > maxText {
		return errText
	}
	if longest*other > maxSteps {
		return errSteps
	}
	return nil
}

// numbers bounds every argument that is a number.
func numbers(args []*ast.Term) error {
	for _, arg := range args {
		if n, ok := arg.Value.(ast.Number); ok && digits(n) > maxDigits {
			return errNumber
		}
	}
	return nil
}

// digits is about how many digits a number has when it is written out.
func digits(n ast.Number) int {
	mantissa, exponent, ok := strings.Cut(strings.ToLower(string(n)), "e")
	if !ok {
		return len(n)
	}
	power, err := strconv.Atoi(exponent)
	if err != nil || max(power, -power) > maxDigits {
		return maxDigits + 1
	}
	return len(mantissa) + max(power, -power)
}

// numbersIn bounds the numbers in a collection, all together: that of their
// digits is how long their product may be.
func numbersIn(args []*ast.Term) error {
	all := 0
	each(args[0], func(one *ast.Term) {
		if n, ok := one.Value.(ast.Number); ok {
			all += max(0, digits(n)-16)
			if n := digits(n); n > maxDigits {
				all = maxText
			}
		}
	})
	if all > maxDigits {
		return errNumber
	}
	return nil
}

// shift bounds by how much bits are shifted.
func shift(args []*ast.Term) error {
	by, ok := args[1].Value.(ast.Number)
	if !ok {
		return nil
	}
	if n, small := by.Int(); !small || n > maxExponent {
		return fmt.Errorf("a shift by more than %d", maxExponent)
	}
	return numbers(args)
}

// concatenation bounds the length of what concat gives.
func concatenation(args []*ast.Term) error {
	long := 0
	each(args[1], func(one *ast.Term) { long += len(textOf(args, 0)) + len(textOf([]*ast.Term{one}, 0)) })
	return within(long)
}

// within refuses a text of more bytes than there may be.
func within(long int) error {
	if long < 0 || long > maxText {
		return errText
	}
	return nil
}

// replacement bounds the length of what replace gives.
func replacement(args []*ast.Term) error {
	if err := texts(args); err != nil {
		return err
	}
	text, old, with := textOf(args, 0), textOf(args, 1), textOf(args, 2)
	return within(len(text) + strings.Count(text, old)*len(with))
}

// replacements bounds what strings.replace_n gives: at most one of its texts
// for each place in the text.
func replacements(args []*ast.Term) error {
	patterns, ok := args[0].Value.(ast.Object)
	if !ok {
		return nil
	}
	all, longest := 0, 0
	patterns.Foreach(func(old, with *ast.Term) {
		one := []*ast.Term{old, with}
		all += len(textOf(one, 0)) + len(textOf(one, 1))
		longest = max(longest, len(textOf(one, 1)))
	})
	if err := within(max(all, len(textOf(args, 1)))); err != nil {
		return err
	}
	return within((len(textOf(args, 1)) + 1) * max(1, longest))
}

// formatted bounds the length of what sprintf gives: each verb writes no more
// than the longest of its values or the width that it asks for.
func formatted(args []*ast.Term) error {
	format := textOf(args, 0)
	if err := texts(args); err != nil {
		return err
	}
	longest, err := sizes(args[1:])
	if err != nil {
		return err
	}
	verbs, width, digits := 0, 0, 0
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			continue
		}
		verbs++
		for i++; i < len(format) && strings.IndexByte("+-# 0123456789.*[]", format[i]) >= 0; i++ {
			if digits++; format[i] < '0' || format[i] > '9' {
				digits = 0
			}
			width = max(width, digits)
			if format[i] == '*' { // The width is among the values; fmt takes a million at most.
				width = max(width, 6)
			}
		}
		digits = 0
		if i < len(format) && format[i] == 'p' {
			return errAddress
		}
	}
	return within(len(format) + verbs*(longest+power10(min(width, 6))))
}

// power10 is the largest number of so many digits, and 0 for none.
func power10(digits int) int {
	n := 1
	for range digits {
		n *= 10
	}
	return n - 1
}

// expression bounds the size of a regular expression times that of its text,
// which is what a match takes.
func expression(args []*ast.Term) error {
	if len(args) == 1 { // regex.is_valid
		return expressionOn(textOf(args, 0), "")
	}
	return expressionOn(textOf(args, 0), textOf(args, 1))
}

func expressionOn(pattern, text string) error {
	if len(text) > maxText {
		return errText
	}
	size, _ := programSize(pattern)
	// Programs are kept for as long as the process runs.
	if size > 20_000 || size*len(text) > maxSteps {
		return errExpression
	}
	return nil
}

// programSize is about how many instructions an expression has, and the number
// of its groups. Of one that is not valid the builtin tells.
func programSize(pattern string) (size, groups int) {
	if len(pattern) > 20_000 {
		return len(pattern), 0
	}
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return len(pattern), 0
	}
	return weigh(parsed), parsed.MaxCap()
}

func weigh(re *syntax.Regexp) int {
	weight := 1 + len(re.Rune)
	if re.Op == syntax.OpCharClass {
		weight = 1
	}
	for _, sub := range re.Sub {
		weight += weigh(sub)
	}
	if re.Op == syntax.OpRepeat {
		weight *= max(1, re.Min, re.Max)
	}
	return weight
}

// submatches bounds how many texts the groups of an expression give.
func submatches(args []*ast.Term) error {
	_, groups := programSize(textOf(args, 0))
	if (groups+1)*(len(textOf(args, 1))+1) > maxGroups {
		return errExpression
	}
	return expression(args)
}

// substitution bounds what regex.replace gives: the new text at each place, and
// where it names groups, the old text once for each.
func substitution(args []*ast.Term) error {
	text, with := textOf(args, 0), textOf(args, 2)
	if err := expressionOn(textOf(args, 1), text); err != nil {
		return err
	}
	return within((len(text)+1)*max(1, len(with)-2*strings.Count(with, "$")) + strings.Count(with, "$")*len(text))
}

// leaves bounds how many values, and bytes of text, the arguments hold.
func leaves(args []*ast.Term) error {
	_, err := sizes(args)
	return err
}

// sizes is about how many bytes the arguments take when written out.
func sizes(args []*ast.Term) (int, error) {
	left := sizeLeft{parts: maxLeaves, bytes: maxRead}
	for _, arg := range args {
		if !left.take(arg) {
			return 0, errLeaves
		}
	}
	return maxRead - left.bytes, nil
}

// sizeLeft is how much may still be read of a value. A value may hold another
// many times over, and so be larger than memory: reading ends where there is
// nothing left.
type sizeLeft struct{ parts, bytes int }

func (s *sizeLeft) take(term *ast.Term) bool {
	s.parts--
	s.bytes -= 4
	switch v := term.Value.(type) {
	case ast.String:
		s.bytes -= len(v)
	case ast.Number:
		s.bytes -= len(v)
	case *ast.Array:
		return s.ok() && !v.Until(func(one *ast.Term) bool { return !s.take(one) })
	case ast.Set:
		return s.ok() && !v.Until(func(one *ast.Term) bool { return !s.take(one) })
	case ast.Object:
		return s.ok() && !v.Until(func(key, value *ast.Term) bool { return !s.take(key) || !s.take(value) })
	}
	return s.ok()
}

func (s *sizeLeft) ok() bool { return s.parts >= 0 && s.bytes >= 0 }

// patches bounds how often a patch doubles what it copies.
func patches(args []*ast.Term) error {
	copies := 0
	each(args[1], func(one *ast.Term) {
		if op, ok := one.Value.(ast.Object); ok {
			if kind := op.Get(ast.StringTerm("op")); kind != nil && kind.Value.Compare(ast.String("copy")) == 0 {
				copies++
			}
		}
	})
	if copies > maxCopies {
		return errCopies
	}
	return leaves(args)
}

// ways bounds how many ways lead through a graph.
func ways(args []*ast.Term) error {
	graph, ok := args[0].Value.(ast.Object)
	if !ok {
		return nil
	}
	left := maxWays
	each(args[1], func(root *ast.Term) { left = waysFrom(graph, root, nil, left) })
	if left < 0 {
		return errWays
	}
	return nil
}

// waysFrom goes all ways on from a vertex, each of which takes as much from
// what is left as it is long, and gives what is left then.
func waysFrom(graph ast.Object, root *ast.Term, before []*ast.Term, left int) int {
	if left -= 1 + len(before); left < 0 || slices.ContainsFunc(before, root.Equal) {
		return left
	}
	if next := graph.Get(root); next != nil {
		each(next, func(one *ast.Term) { left = waysFrom(graph, one, append(before, root), left) })
	}
	return left
}

// zone lets through a time in UTC alone: what another zone is, the machine says.
func zone(args []*ast.Term) error {
	for _, arg := range args {
		list, ok := arg.Value.(*ast.Array)
		if !ok || list.Len() < 2 {
			continue
		}
		if name, ok := list.Elem(1).Value.(ast.String); ok && name != "" && name != "UTC" {
			return errZone
		}
	}
	return leaves(args)
}

// layout refuses a layout with the name of a zone, which the machine reads by
// its own.
func layout(args []*ast.Term) error {
	switch name := textOf(args, 0); {
	case strings.Contains(name, "MST"):
		return errZone
	case name == "RFC822" || name == "RFC850" || name == "RFC1123" || name == "UnixDate":
		return errZone
	}
	return texts(args)
}
