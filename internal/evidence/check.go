package evidence

import (
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/entail-dev/entail/internal/model"
)

// Surroundings are what an evidence file is held against.
type Surroundings struct {
	// Today is the day after which no date may lie.
	Today time.Time
	// Exists says whether the release has a file or a folder of this path.
	Exists func(path string) bool
	// LicenseOf finds the licence text that governs a path of the release: the
	// file, and the catalogue key of what it is, empty where it is none known.
	LicenseOf func(component, path string) (file, key string, ok bool)
	// Resolve reads a licence statement; nearest are names spelled like one
	// that is not known, nil where it is known.
	Resolve func(license string) (keys, nearest []string)
}

// noLicense are the words that the file has for a licence that nobody names.
var noLicense = []string{"none-stated", "mixed", "unknown"}

// Check says what is wrong with an evidence file, sorted by line: what Collect
// would say of it, and what only its surroundings tell.
func Check(text []byte, around Surroundings) []model.Problem {
	r := reader{found: map[string][]model.Evidence{}}
	r.file(func(string) ([]byte, error) { return text, nil })
	c := checker{reader: &r, around: around}
	var document yaml.Node
	if yaml.Unmarshal(text, &document) == nil && len(text) <= maxBytes && len(document.Content) == 1 {
		root := document.Content[0]
		c.addresses(root, 0)
		c.dates(value(root, "evaluated"))
		for section := range components {
			c.section(section, value(root, section))
		}
		c.statement(trainingData, value(root, trainingData))
	}
	slices.SortStableFunc(r.problems, func(a, b model.Problem) int { return a.At.Line - b.At.Line })
	r.problems = slices.Compact(r.problems)
	return r.problems[:min(len(r.problems), maxChecked)]
}

// maxChecked bounds what Check says, and maxWalked the depth of what it walks.
const (
	maxChecked = 200
	maxWalked  = 32
)

// checker holds one file against its surroundings.
type checker struct {
	*reader
	around Surroundings
}

// addresses looks at every value that is meant for an address, wherever it
// stands.
func (c *checker) addresses(node *yaml.Node, depth int) {
	if node.Kind == yaml.AliasNode || depth > maxWalked || len(c.problems) >= maxChecked {
		return
	}
	if said := text(node); strings.Contains(said, "://") && !validAddress(said) {
		c.problem(node.Line, "%s is no address; write https://host/path", quote(said))
	}
	for _, child := range node.Content {
		c.addresses(child, depth+1)
	}
}

func validAddress(said string) bool {
	address, err := url.Parse(said)
	return err == nil && (address.Scheme == "https" || address.Scheme == "http") &&
		strings.Contains(strings.Trim(address.Hostname(), "."), ".") && !strings.ContainsAny(said, " \t\n<>\"")
}

// dates looks at the days for which the file holds: real ones, none to come,
// and in the order in which things happen.
func (c *checker) dates(evaluated *yaml.Node) {
	if evaluated == nil || evaluated.Kind != yaml.MappingNode {
		return
	}
	last, lastKey := time.Time{}, ""
	for _, key := range []string{"released", "as_of", "written"} {
		node := value(evaluated, key)
		if node == nil {
			continue
		}
		day, err := time.Parse(time.DateOnly, text(node))
		switch {
		case err != nil:
			c.problem(node.Line, "evaluated: %s %s is no day; write it as 2024-10-28", key, quote(text(node)))
			continue
		case day.After(c.around.Today):
			c.problem(node.Line, "evaluated: %s %s is still to come", key, text(node))
		case day.Before(last):
			c.problem(node.Line, "evaluated: %s %s is before %s, %s", key, text(node), lastKey, last.Format(time.DateOnly))
		}
		last, lastKey = day, key
	}
}

func (c *checker) section(section string, node *yaml.Node) {
	for _, component := range components[section] {
		if node != nil {
			c.statement(section+"."+component, value(node, component))
		}
	}
}

// statementKeys are the keys of a statement that mean something here; what is
// spelled like one of them and is none would be passed over in silence.
var statementKeys = []string{"availability", "level", "license", "where", "used"}

// peopleKeys are keys for people that are spelled much like one of those.
var peopleKeys = []string{"there", "users"}

// statement holds one statement against the files that it names.
func (c *checker) statement(component string, node *yaml.Node) {
	if node == nil || node.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		if slices.Contains(statementKeys, key.Value) || slices.Contains(peopleKeys, key.Value) {
			continue
		}
		if meant := nearest(key.Value, statementKeys); meant != "" {
			c.problem(key.Line, "%s: unknown key %s; did you mean %s?", component, quote(key.Value), meant)
		}
	}
	c.used(component, node)
	stated := value(node, "license")
	keys := c.license(component, stated)
	var paths []string
	where := value(node, "where")
	if where != nil {
		for _, said := range texts(where) {
			if local, ok := localPath(said); ok {
				if c.path(component, where.Line, local) {
					paths = append(paths, local)
				}
			}
		}
	}
	if where == nil && component == "parameters.final" {
		paths = []string{"."}
	}
	for _, local := range paths {
		file, key, ok := c.around.LicenseOf(component, path.Clean(local))
		if ok && key != "" && len(keys) > 0 && !slices.Contains(keys, key) {
			c.problem(stated.Line, "%s is said to be under %s, and %s is %s", component, quote(text(stated)), file, key)
		}
	}
}

// used finds statements that contradict themselves.
func (c *checker) used(component string, node *yaml.Node) {
	said := value(node, "used")
	if said == nil {
		return
	}
	level := text(value(node, "level"))
	switch word := used(said); {
	case word == "yes" && level == "not-used", word == "no" && !slices.Contains([]string{"not-used", "none", "unknown", ""}, level):
		c.problem(said.Line, "%s: used is %s, and level is %s", component, word, quote(level))
	}
}

// license reads the licence of a statement; nothing where none is known.
func (c *checker) license(component string, stated *yaml.Node) []string {
	said := text(stated)
	if said == "" || slices.Contains(noLicense, said) {
		return nil
	}
	keys, near := c.around.Resolve(said)
	if near != nil && !strings.HasPrefix(said, "LicenseRef-") {
		hint := "; write an SPDX id, or LicenseRef- before a name of your own"
		if len(near) > 0 {
			hint = "; the nearest are " + strings.Join(near, ", ")
		}
		c.problem(stated.Line, "%s: no licence is called %s%s", component, quote(said), hint)
		return nil
	}
	if near != nil {
		return nil
	}
	return keys
}

// extension is how the name of a file ends, and of no version number.
var extension = regexp.MustCompile(`\.[A-Za-z][A-Za-z0-9]{0,11}$`)

// localPath takes a path of the release out of what where says: "README.md,
// Training Data" names a file and a place in it, "train/" a folder. What may be
// the name of a repository is left alone.
func localPath(said string) (string, bool) {
	if strings.Contains(said, "://") {
		return "", false
	}
	first := said
	if end := strings.IndexAny(said, " \t\n#"); end >= 0 {
		first = said[:end]
	}
	first = strings.TrimRight(first, ",;")
	if strings.Contains(first, ":") {
		return "", false
	}
	local := strings.HasPrefix(first, "./") || strings.HasPrefix(first, "../") || strings.HasPrefix(first, "/") ||
		strings.HasSuffix(first, "/") || extension.MatchString(first)
	return first, local && first != ""
}

// path wants a path to lead to something of the release.
func (c *checker) path(component string, line int, local string) bool {
	clean := path.Clean(local)
	switch {
	case path.IsAbs(local) || clean == ".." || strings.HasPrefix(clean, "../"):
		c.problem(line, "%s: %s leads out of the release", component, quote(local))
	case !c.around.Exists(clean):
		c.problem(line, "%s: the release has no %s; write https:// before an address", component, quote(local))
	default:
		return true
	}
	return false
}

// nearest is the name that is spelled most like another, where it is near
// enough to be meant.
func nearest(got string, names []string) string {
	best, least := "", 3
	for _, name := range names {
		if d := distance(got, name); d < least && d*3 <= len(name) {
			best, least = name, d
		}
	}
	return best
}

// maxNearest bounds the spellings that are compared.
const maxNearest = 64

// distance counts the letters to insert, drop or change to turn a into b.
func distance(a, b string) int {
	if len(a) > maxNearest {
		return len(a)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := diagonal
			if a[i-1] != b[j-1] {
				change++
			}
			diagonal, row[j] = row[j], min(change, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}

// meant is a question that ends a message on an unknown name; empty where no
// name is near.
func meant(got string, names []string) string {
	if name := nearest(got, names); name != "" {
		return fmt.Sprintf("; did you mean %s?", name)
	}
	return ""
}
