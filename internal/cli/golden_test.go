package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/report"
	"github.com/entail-dev/entail/internal/testkit"
)

// Folders of the repository, from this package.
const (
	repos   = "../../testdata/repos"
	goldens = "../../testdata/golden"
)

// outcome is what one run of the program left.
type outcome struct {
	stdout, stderr string
	code           int
}

// entail runs the program with these variables of the environment and no
// others, at a fixed time.
func entail(t testing.TB, env map[string]string, args ...string) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	command := &Command{
		Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr,
		Getenv: func(key string) string { return env[key] }, Now: now, Version: "test",
	}
	code := command.Main(context.Background(), args)
	return outcome{stdout.String(), stderr.String(), code}
}

func now() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }

// releases lists testdata/repos.
func releases(t testing.TB) []string {
	t.Helper()
	entries, err := os.ReadDir(repos)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() {
			names = append(names, e.Name())
		}
	}
	if len(names) == 0 {
		t.Fatalf("%s holds no release", repos)
	}
	return names
}

// digest is the part of a result that changes with every edit of a rule.
var digest = regexp.MustCompile(`sha256:[0-9a-f]{64}`)

// TestGolden checks every release in testdata/repos offline and compares the
// text, the JSON and the exit code. A new folder gets its files with -update.
func TestGolden(t *testing.T) {
	var codes strings.Builder
	for _, name := range releases(t) {
		text := entail(t, nil, "check", "--offline", filepath.Join(repos, name))
		document := entail(t, nil, "check", "--offline", "--format", "json", filepath.Join(repos, name))
		fmt.Fprintf(&codes, "%s %d\n", name, text.code)
		t.Run(name, func(t *testing.T) {
			testkit.Golden(t, filepath.Join(goldens, name+".txt"), []byte(text.stdout))
			testkit.Golden(t, filepath.Join(goldens, name+".json"), digest.ReplaceAll([]byte(document.stdout), []byte("sha256:…")))
			if text.code != document.code {
				t.Errorf("exit code %d as text and %d as JSON", text.code, document.code)
			}
			if text.stderr+document.stderr != "" {
				t.Errorf("stderr: %q, %q; want nothing", text.stderr, document.stderr)
			}
			for line := range strings.Lines(text.stdout) {
				checkLine(t, line, 80)
			}
		})
	}
	testkit.Golden(t, filepath.Join(goldens, "exit-codes.txt"), []byte(codes.String()))
}

// checkLine wants a line of prose to keep within the width. A word that is
// longer than the room for it, such as an address, may stand out, and so may
// the tree and the verdict, which are not broken.
func checkLine(t *testing.T, line string, width int) {
	t.Helper()
	line = strings.TrimSuffix(line, "\n")
	if strings.TrimRight(line, " ") != line {
		t.Errorf("blanks at the end of %q", line)
	}
	prose := strings.HasPrefix(line, "  ") && !strings.ContainsAny(line, "─│")
	words := strings.Fields(line)
	if prose && len([]rune(line)) > width && len(words) > 2 {
		t.Errorf("line of %d characters, want at most %d: %q", len([]rune(line)), width, line)
	}
}

// TestGoldenWide sets two releases to a wide terminal, and in colour.
func TestGoldenWide(t *testing.T) {
	for _, name := range []string{"merge-llama-qwen", "declared-use"} {
		got := entail(t, nil, "check", "--offline", "--color", "always", filepath.Join(repos, name))
		testkit.Golden(t, filepath.Join(goldens, name+".color.txt"), []byte(got.stdout))

		result := parse(t, entail(t, nil, "check", "--offline", "--format", "json", filepath.Join(repos, name)).stdout)
		var wide bytes.Buffer
		if err := report.Write(&wide, "text", result, report.Options{Width: 160, Verbose: true}); err != nil {
			t.Fatal(err)
		}
		testkit.Golden(t, filepath.Join(goldens, name+".wide.txt"), wide.Bytes())

		plain := regexp.MustCompile("\x1b\\[[0-9;]*m").ReplaceAllString(got.stdout, "")
		if without := entail(t, nil, "check", "--offline", filepath.Join(repos, name)); trimLines(plain) != trimLines(without.stdout) {
			t.Errorf("%s: colour changes more than colour", name)
		}
	}
}

func trimLines(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

// TestGoldenLeft wants no golden file of a release that is gone.
func TestGoldenLeft(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(goldens, "*"))
	if err != nil {
		t.Fatal(err)
	}
	known := releases(t)
	for _, file := range files {
		name, _, _ := strings.Cut(filepath.Base(file), ".")
		if name != "exit-codes" && !slices.Contains(known, name) {
			t.Errorf("%s belongs to no folder of %s", file, repos)
		}
	}
}

// TestSameBytes runs each release ten times: map order and goroutines must not
// show.
func TestSameBytes(t *testing.T) {
	paths := []string{"check", "--offline", "--format", "json"}
	for _, name := range releases(t) {
		paths = append(paths, filepath.Join(repos, name))
	}
	first := entail(t, nil, paths...)
	for range 9 {
		if again := entail(t, nil, paths...); again != first {
			t.Fatalf("a second run differs:\n%s", firstDifference(first.stdout, again.stdout))
		}
	}
}

func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return fmt.Sprintf("line %d\n- %s\n+ %s", i+1, x[i], y[i])
		}
	}
	return fmt.Sprintf("%d and %d lines", len(x), len(y))
}

// parse reads a JSON report strictly: the document's fields are those of the
// types, no more.
func parse(t testing.TB, text string) *model.Result {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	var result model.Result
	if err := decoder.Decode(&result); err != nil {
		t.Fatalf("read the report: %v\n%s", err, text)
	}
	return &result
}

// rules lists the rules that found something in a subject, with their levels,
// sorted and each once.
func rules(r model.SubjectResult) []string {
	found := map[string]bool{}
	for _, f := range r.Findings {
		found[fmt.Sprintf("%s %s", f.Level, f.Rule)] = true
	}
	return slices.Sorted(maps.Keys(found))
}
