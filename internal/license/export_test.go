package license

import (
	"slices"
)

// EmbeddedIDs lists the ids of the embedded fingerprints.
func EmbeddedIDs() []string { return slices.Clone(known().ids) }

// CorpusDir finds the corpus for the tests outside of the package.
var CorpusDir = corpusDir
