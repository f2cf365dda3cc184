package testkit

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// recorder is a test that notes what was said of it.
type recorder struct {
	testing.TB
	failed, fatal, skipped string
}

func (r *recorder) Helper()                           {}
func (r *recorder) Errorf(format string, args ...any) { r.failed = fmt.Sprintf(format, args...) }
func (r *recorder) Fatalf(format string, args ...any) {
	r.fatal = fmt.Sprintf(format, args...)
	runtime.Goexit()
}
func (r *recorder) Skip(args ...any) { r.skipped = fmt.Sprint(args...); runtime.Goexit() }

// record runs f as the body of a test and returns what came of it.
func record(t *testing.T, f func(testing.TB)) *recorder {
	r := &recorder{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(r)
	}()
	<-done
	return r
}

func TestGolden(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sub", "x.golden")
	compare := func(text string, rewrite bool) *recorder {
		return record(t, func(tb testing.TB) { golden(tb, path, []byte(text), rewrite) })
	}
	if r := compare("one\ntwo\n", false); !strings.Contains(r.fatal, "does not exist") || !strings.Contains(r.fatal, "-update") {
		t.Errorf("a missing file: %q", r.fatal)
	}
	if r := compare("one\ntwo\n", true); r.fatal+r.failed != "" {
		t.Errorf("update: %q", r.fatal+r.failed)
	}
	if r := compare("one\ntwo\n", false); r.fatal+r.failed != "" {
		t.Errorf("the same again: %q", r.fatal+r.failed)
	}
	r := compare("one\n2\n", false)
	if !strings.Contains(r.failed, "line 2:\n  one\n- two\n+ 2\n") {
		t.Errorf("a difference is shown as:\n%s", r.failed)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "one\ntwo\n" {
		t.Errorf("without -update the file became %q, %v", text, err)
	}
}

func TestDiff(t *testing.T) {
	tests := []struct{ want, got, diff string }{
		{"a\nb\nc\nd\ne\nf\n", "a\nb\nc\nd\nX\nf\n", "line 5:\n  b\n  c\n  d\n- e\n+ X\n  f\n"},
		{"a\n", "a\nb\n", "line 2:\n  a\n+ b\n"},
		{"a\nb\n", "a\n", "line 2:\n  a\n- b\n"},
		{"a\n", "a", "line 1:\n- a\n+ a (no line end)\n"},
		{"a\n", "a\r\n", "line 1:\n- a\n+ \"a\\r\"\n"},
		{"a\n", "a \n", "line 1:\n- a\n+ \"a \"\n"},
	}
	for _, tt := range tests {
		if got := diff(tt.want, tt.got); got != tt.diff {
			t.Errorf("diff(%q, %q) is\n%swant\n%s", tt.want, tt.got, got, tt.diff)
		}
	}
	if long := diff("", strings.Repeat("x\n", 1000)); strings.Count(long, "\n") > 70 || !strings.Contains(long, "more lines") {
		t.Errorf("a long difference has %d lines", strings.Count(long, "\n"))
	}
}

func TestCorpus(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("ENTAIL_CORPUS", dir)
	if got := Corpus(t); got != dir {
		t.Errorf("Corpus = %q, want %q", got, dir)
	}
	t.Setenv("ENTAIL_CORPUS", filepath.Join(dir, "missing"))
	if r := record(t, func(tb testing.TB) { Corpus(tb) }); !strings.Contains(r.fatal, "ENTAIL_CORPUS") {
		t.Errorf("a wrong ENTAIL_CORPUS passes: %q", r.fatal)
	}
	// A module somewhere else has no corpus beside it.
	t.Setenv("ENTAIL_CORPUS", "")
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module x\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	if r := record(t, func(tb testing.TB) { Corpus(tb) }); !strings.Contains(r.skipped, "ENTAIL_CORPUS") {
		t.Errorf("without a corpus: skipped %q, failed %q", r.skipped, r.fatal)
	}
}
