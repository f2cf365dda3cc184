package testkit

import (
	"os"
	"path/filepath"
	"testing"
)

// Corpus returns the folder of real cards, licences and recorded answers that
// some tests read and the repository does not hold: the one that ENTAIL_CORPUS
// names, else ../shared/corpus beside the module's root. Where there is none
// the test is skipped; where ENTAIL_CORPUS names a folder that is not there the
// test fails, since somebody meant to run it.
func Corpus(t testing.TB) string {
	t.Helper()
	if dir := os.Getenv("ENTAIL_CORPUS"); dir != "" {
		if !isDir(dir) {
			t.Fatalf("read the corpus: ENTAIL_CORPUS is %q, which is no folder", dir)
		}
		return dir
	}
	dir := filepath.Join(moduleRoot(t), "..", "shared", "corpus")
	if !isDir(dir) {
		t.Skip("no corpus of real texts here; set ENTAIL_CORPUS to its folder to run this test")
	}
	return dir
}

// moduleRoot is the nearest folder upwards that holds a go.mod.
func moduleRoot(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatalf("find the module's root: %v", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("find the module's root: no go.mod in this folder or any above it")
		}
		dir = up
	}
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
