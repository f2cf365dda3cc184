// Package policies holds the rules, the licence catalogue and the schemas as
// files inside the binary. It has no behaviour.
package policies

import "embed"

// FS is this folder: .manifest and main.rego at the root, and whatever stands
// in its subfolders (catalog, schema, lib, rules, definitions).
//
//go:embed .manifest *.rego */*.*
//go:embed rules/*/*/*.rego definitions/*/*.rego compare/*.rego explain/*.rego
var FS embed.FS

// Packs are policies to start from, a folder each, that policy init --pack
// writes. They are no part of what a check evaluates.
//
//go:embed packs
var Packs embed.FS
