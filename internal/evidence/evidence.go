// Package evidence collects what shows which components of a release are
// there: training data described, code, parameters, documents. Each statement
// keeps its source, its place, and how the source comes to say so.
//
// It takes statements as they are made, and says of what it finds itself
// whether the thing was seen or only a trace of it. Whether a statement is
// believable or enough is not decided here.
package evidence

import (
	"slices"

	"github.com/entail-dev/entail/internal/model"
)

// File is the name of the file in which a publisher declares evidence.
const File = "entail-evidence.yaml"

// maxWhere bounds how many places one statement names.
const maxWhere = 8

// maxHints bounds how many hints are kept of one component: the first ones of
// a card tell where to look as well as all of them.
const maxHints = 4

// Collect returns the statements about a release, by component: those of the
// evidence file first, then of MOF.yml, of the card, of the files. What
// cannot be read as evidence adds a problem to the node's card and nothing
// else: a value that is no word of the vocabulary states nothing.
func Collect(node *model.Node, read func(file string) ([]byte, error)) map[string][]model.Evidence {
	c := collector{node: node, read: read, found: map[string][]model.Evidence{}}
	if c.has(File) {
		r := reader{found: c.found}
		r.file(read)
		node.Card.Problems = append(node.Card.Problems, r.problems[:min(len(r.problems), maxProblems)]...)
	}
	readMOF(node, read)
	c.mof()
	c.card()
	c.files()
	return c.found
}

// collector gathers statements about one release.
type collector struct {
	node  *model.Node
	read  func(file string) ([]byte, error)
	found map[string][]model.Evidence
}

func (c *collector) has(name string) bool {
	return slices.ContainsFunc(c.node.Files, func(f model.File) bool { return f.Path == name })
}

// add keeps a statement about a component, unless it is one hint too many.
func (c *collector) add(component string, one model.Evidence) {
	hints := 0
	for _, other := range c.found[component] {
		if other.Strength == model.Hint {
			hints++
		}
	}
	if one.Strength == model.Hint && hints >= maxHints {
		return
	}
	one.Where = one.Where[:min(len(one.Where), maxWhere)]
	c.found[component] = append(c.found[component], one)
}

// holds is true where a file is there and not empty.
func (c *collector) holds(name string) bool {
	return slices.ContainsFunc(c.node.Files, func(f model.File) bool { return f.Path == name && f.Size != 0 })
}
