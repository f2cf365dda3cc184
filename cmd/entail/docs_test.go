package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// release is what the examples of docs/lock.md are run in: a release of one
// base model, on a Hub that has it.
const release = `
-- README.md --
---
license: mit
base_model: org/base
---
A model.
-- LICENSE --
SPDX-License-Identifier: MIT
-- hub/org/base/README.md --
---
license: mit
base_model: []
---
A base.
-- hub/org/base/LICENSE --
SPDX-License-Identifier: MIT
`

// TestDocs runs each command of docs/lock.md, in their order and in one folder.
func TestDocs(t *testing.T) {
	text, err := os.ReadFile("../../docs/lock.md")
	if err != nil {
		t.Fatal(err)
	}
	var script strings.Builder
	script.WriteString("hub folder hub\nrm hub\n")
	commands := 0
	for line := range strings.Lines(string(text)) {
		if command, ok := strings.CutPrefix(line, "$ entail "); ok {
			fmt.Fprintf(&script, "run 0 %s", command)
			commands++
		}
	}
	if commands < 10 {
		t.Fatalf("only %d commands found", commands)
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "lock-docs.txtar"), []byte(script.String()+release), 0o644); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, scripts(t, folder))
}
