package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// A collection while a small release is judged would be a tenth of the time
// that it takes: what a start allocates has to stay below where the first is.
func TestASmallReleaseIsJudgedWithoutACollection(t *testing.T) {
	// The tests' own binary allocates more.
	entail := filepath.Join(t.TempDir(), "entail")
	if out, err := exec.Command("go", "build", "-o", entail, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	cmd := exec.Command(entail, "check", filepath.Join("..", "..", "testdata", "repos", "apache-on-llama"), "--offline")
	cmd.Env = append(os.Environ(), "GODEBUG=gctrace=1", "GOGC=", "GOMEMLIMIT=off")
	out, _ := cmd.CombinedOutput() // The exit code says that the release fails.
	if !bytes.Contains(out, []byte("lineage/dropped-restriction")) {
		t.Fatalf("the release was not judged:\n%s", out)
	}
	if n := bytes.Count(append([]byte("\n"), out...), []byte("\ngc ")); n > 0 {
		t.Errorf("%d collections; see firstGC", n)
	}
}
