package license

import (
	"slices"
)

// EmbeddedIDs lists the ids of the embedded fingerprints.
func EmbeddedIDs() []string { return slices.Clone(known().ids) }

// What the tests outside of the package need of those inside.
var (
	CorpusDir     = corpusDir
	CorpusSamples = corpusSamples
)
