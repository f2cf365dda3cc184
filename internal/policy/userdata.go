package policy

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Bounds of a user's data, over all folders.
const (
	maxDataValues = 500_000
	maxDataDepth  = 64
)

// isData holds for a file whose contents are data at the path of its folder, as
// in OPA's bundles.
func isData(name string) bool {
	return slices.Contains([]string{"data.json", "data.yaml", "data.yml"}, path.Base(name))
}

// inCatalog holds for a file of the folder that adds to the catalogue.
func inCatalog(name string) bool {
	return path.Dir(name) == "catalog" && slices.Contains([]string{".yaml", ".txt"}, path.Ext(name))
}

// dataNode is a value of a user's data, with where it stands.
type dataNode struct {
	// value is what is no object; keys are the parts of one, and nil for what is
	// none.
	value any
	keys  map[string]*dataNode
	at    dataPlace
}

// dataPlace is where a value stands; empty for an object that is only a folder.
type dataPlace struct {
	folder, file string
	line         int
}

// String is the place as messages have it.
func (p dataPlace) String() string { return fmt.Sprintf("%s:%d", p.file, p.line) }

// dataTree gathers the data of all folders.
type dataTree struct {
	root   *dataNode
	values int
}

func newDataTree() *dataTree { return &dataTree{root: &dataNode{keys: map[string]*dataNode{}}} }

// add reads one file and puts what it holds where its folder is. file is its
// path in the folder, shown how messages call it.
func (t *dataTree) add(folder, file, shown string, text []byte) error {
	reader := &dataReader{at: dataPlace{folder: folder, file: shown, line: 1}, left: maxDataValues - t.values}
	read := reader.yaml
	if path.Ext(file) == ".json" {
		read = reader.json
	}
	node, err := read(text)
	if err != nil {
		return err
	}
	t.values = maxDataValues - reader.left
	at := []string{}
	if dir := path.Dir(file); dir != "." {
		at = strings.Split(dir, "/")
	}
	if len(at) == 0 && node.keys == nil {
		return fmt.Errorf("%s: want names with values, as it is the root of the data", node.at)
	}
	into := t.root
	for i, part := range at {
		next := into.keys[part]
		switch {
		case i == 0 && slices.Contains(reserved, part):
			return notYours(part, reader.at)
		case i == len(at)-1 && next == nil:
			into.keys[part] = node
			return nil
		case next == nil:
			next = &dataNode{keys: map[string]*dataNode{}}
			into.keys[part] = next
		case next.keys == nil || next.at.file != "" && next.at.folder != folder:
			return mixed(at[:i+1], reader.at, next.place())
		}
		into = next
	}
	return into.merge(node, at)
}

// merge puts the parts of an object into another. What is there stays, and what
// would change it is an error.
func (n *dataNode) merge(more *dataNode, at []string) error {
	if n.keys == nil || more.keys == nil || n.at.file != "" && n.at.folder != more.at.folder {
		if len(at) > 0 {
			return mixed(at, more.at, n.place())
		}
	}
	if len(at) > 0 && n.at.file == "" {
		n.at = more.at
	}
	for _, key := range slices.Sorted(maps.Keys(more.keys)) {
		one, below := more.keys[key], append(at[:len(at):len(at)], key)
		if len(at) == 0 && slices.Contains(reserved, key) {
			return notYours(key, one.at)
		}
		if have := n.keys[key]; have != nil {
			if err := have.merge(one, below); err != nil {
				return err
			}
			continue
		}
		n.keys[key] = one
	}
	return nil
}

func notYours(root string, at dataPlace) error {
	return fmt.Errorf("%s: data.%s is not yours to write; put it under a name of your own", at, root)
}

func mixed(at []string, here, there dataPlace) error {
	return fmt.Errorf("%s: data.%s is in %s too, and what both say would be mixed; put one under another name",
		here, strings.Join(at, "."), there)
}

// any is the node as a plain value.
func (n *dataNode) any() any {
	if n.keys == nil {
		return n.value
	}
	object := make(map[string]any, len(n.keys))
	for key, one := range n.keys {
		object[key] = one.any()
	}
	return object
}

// apart wants data and packages to be told from one another: a value where a
// rule is would hide it, and data of one folder within a package of another
// would be taken for its own. from has the folder of each package.
func (t *dataTree) apart(modules map[string]*ast.Module, from map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		pkg := modules[name].Package
		folder := from[pkg.Path.String()]
		node := t.root
		for _, term := range pkg.Path[1:] {
			key, _ := term.Value.(ast.String)
			if node = node.keys[string(key)]; node == nil {
				break
			}
			if node.keys == nil || node.at.file != "" && node.at.folder != folder {
				return hides(pkg.Location, strings.TrimPrefix(pkg.Path.String(), "data."), node.at)
			}
		}
		if node == nil {
			continue
		}
		if at, there := node.foreign(folder); there {
			return hides(pkg.Location, strings.TrimPrefix(pkg.Path.String(), "data."), at)
		}
		for _, rule := range modules[name].Rules {
			if at, there := node.holds(rule.Head.Ref()); there {
				return hides(rule.Location, rule.Head.Ref().String(), at)
			}
		}
	}
	return nil
}

func hides(at *ast.Location, what string, data dataPlace) error {
	return fmt.Errorf("%s:%d: %s is in the data of %s too; put the data under another name", at.File, at.Row, what, data)
}

// foreign finds a value of another folder's.
func (n *dataNode) foreign(folder string) (dataPlace, bool) {
	if n.at.file != "" {
		return n.at, n.at.folder != folder
	}
	for _, key := range slices.Sorted(maps.Keys(n.keys)) {
		if at, there := n.keys[key].foreign(folder); there {
			return at, true
		}
	}
	return dataPlace{}, false
}

// holds finds the value that a rule of this name would be told for.
func (n *dataNode) holds(name ast.Ref) (dataPlace, bool) {
	for i, term := range name {
		key := ""
		switch part := term.Value.(type) {
		case ast.String:
			key = string(part)
		case ast.Var:
			if i > 0 {
				return n.at, n.at.file != "" // any key of it
			}
			key = string(part)
		default:
			return n.at, n.at.file != ""
		}
		next := n.keys[key]
		if next == nil {
			return dataPlace{}, false
		}
		if n = next; n.keys == nil {
			break
		}
	}
	return n.place(), true
}

// place is where a value, or the first part of a folder, stands.
func (n *dataNode) place() dataPlace {
	if n.at.file != "" {
		return n.at
	}
	for _, key := range slices.Sorted(maps.Keys(n.keys)) {
		return n.keys[key].place()
	}
	return n.at
}
