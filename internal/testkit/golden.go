package testkit

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// update is a flag of every test binary that imports this package. A flag has
// to exist before the command line is read, hence the package variable.
var update = flag.Bool("update", false, "rewrite golden files with what the tests got")

// Updating reports whether expected outputs are to be rewritten.
func Updating() bool { return *update }

// Golden compares got with the file at path, which is relative to the folder of
// the test's package. With the flag -update it writes the file instead; read
// the difference before you keep it.
func Golden(t testing.TB, path string, got []byte) {
	t.Helper()
	golden(t, path, got, *update)
}

func golden(t testing.TB, path string, got []byte, rewrite bool) {
	t.Helper()
	want, err := os.ReadFile(path)
	if err == nil && string(want) == string(got) {
		return
	}
	if rewrite {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatalf("update golden file: %v", err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatalf("update golden file: %v", err)
		}
		return
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		t.Fatalf("golden file %s does not exist; run this test with -update to make it of:\n%s", path, clip(got))
	case err != nil:
		t.Fatalf("read golden file: %v", err)
	default:
		t.Errorf("not what golden file %s holds (-file +got; -update rewrites it):\n%s", path, diff(string(want), string(got)))
	}
}

// diff shows where two texts part: the lines from the first that differs to the
// last, with a few around them. Line ends that differ are made visible.
func diff(want, got string) string {
	const around, most = 3, 60
	a, b := strings.SplitAfter(want, "\n"), strings.SplitAfter(got, "\n")
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var out strings.Builder
	show := func(sign string, lines []string) {
		for i, line := range lines {
			if i == most {
				fmt.Fprintf(&out, "%s … %d more lines\n", sign, len(lines)-most)
				return
			}
			text, ended := strings.CutSuffix(line, "\n")
			if strings.ContainsAny(text, "\r\x1b") || strings.TrimRight(text, " \t") != text {
				text = fmt.Sprintf("%q", text)
			}
			if !ended && i == len(lines)-1 {
				if text == "" {
					return // the end of a text that ends in a line end
				}
				text += " (no line end)"
			}
			fmt.Fprintf(&out, "%s %s\n", sign, text)
		}
	}
	fmt.Fprintf(&out, "line %d:\n", head+1)
	show(" ", a[max(0, head-around):head])
	show("-", a[head:len(a)-tail])
	show("+", b[head:len(b)-tail])
	show(" ", a[len(a)-tail:min(len(a), len(a)-tail+around)])
	return out.String()
}

func clip(text []byte) string {
	const most = 4 << 10
	if len(text) > most {
		return string(text[:most]) + "…"
	}
	return string(text)
}
