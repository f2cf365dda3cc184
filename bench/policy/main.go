// Command policy measures how long entail, opa and conftest take to judge the
// same input documents by the same rules, in one run on one machine. It makes
// the documents from the models that entail's index knows, runs each tool as its
// users do, holds that all found the same, and prints times and ratios.
//
// entail reports all of each result, and so does opa; conftest is given an
// adaptor that denies what the result finds, so that it works out as much.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"time"
)

func main() {
	n := flag.Int("n", 2000, "input documents")
	rounds := flag.Int("rounds", 3, "times that each tool judges all of them")
	flag.Parse()
	if err := run(context.Background(), os.Stdout, *n, *rounds); err != nil {
		fmt.Fprintln(os.Stderr, "policy:", err)
		os.Exit(1)
	}
}

// tool is one of the tools compared, with how long each round took.
type tool struct {
	name string
	args []string
	// read finds the messages of each input file in what the tool wrote.
	read func(output []byte, files []string) (map[string][]string, error)
	wall []time.Duration
	// cpu is what all its threads took together.
	cpu []time.Duration
}

func run(ctx context.Context, w io.Writer, n, rounds int) error {
	dir, err := os.MkdirTemp("", "entail-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	tools, err := prepare(ctx, w, dir, n)
	if err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(dir, "inputs", "*.json"))
	if err != nil {
		return err
	}
	for i := range files {
		files[i] = filepath.Base(files[i])
	}
	for range rounds {
		var first map[string][]string
		for _, t := range tools {
			output, err := t.once(ctx, dir)
			if err != nil {
				return err
			}
			found, err := t.read(output, files)
			if err != nil {
				return fmt.Errorf("read what %s wrote: %w", t.name, err)
			}
			if first == nil {
				first = found
			} else if err := same(first, found, files); err != nil {
				return fmt.Errorf("%s and %s: %w", tools[0].name, t.name, err)
			}
		}
		if rounds == 1 || len(tools[0].wall) == rounds {
			count(w, first, files)
		}
	}
	report(w, tools)
	return nil
}

// prepare builds the tools, and writes what they read below dir.
func prepare(ctx context.Context, w io.Writer, dir string, n int) ([]*tool, error) {
	for _, one := range []struct{ name, module, pkg string }{
		{"entail", "../..", "./cmd/entail"},
		{"opa", ".", "github.com/open-policy-agent/opa"},
		{"conftest", ".", "github.com/open-policy-agent/conftest"},
	} {
		cmd := exec.CommandContext(ctx, "go", "build", "-o", filepath.Join(dir, one.name), one.pkg)
		cmd.Dir, cmd.Stderr = one.module, os.Stderr
		if err := cmd.Run(); err != nil {
			return nil, fmt.Errorf("build %s: %w", one.pkg, err)
		}
	}
	for _, folder := range []string{"inputs", "bundle", "rules", "data", "adaptor"} {
		if err := os.Mkdir(filepath.Join(dir, folder), 0o700); err != nil {
			return nil, err
		}
	}
	size, err := writeInputs(ctx, "../../internal/source/index.tsv", filepath.Join(dir, "inputs"), n)
	if err != nil {
		return nil, fmt.Errorf("write inputs: %w", err)
	}
	fmt.Fprintf(w, "%d inputs of %.1f MB, %d processors, %s\n", n, float64(size)/1e6, runtime.NumCPU(), runtime.Version())
	if err := writeRules(ctx, dir); err != nil {
		return nil, fmt.Errorf("write rules: %w", err)
	}
	return []*tool{
		{name: "entail policy eval", read: readEntail,
			args: []string{"entail", "policy", "eval", "inputs", "--format", "json", "--fail-on", "never"}},
		{name: "opa exec", read: readOPA,
			args: []string{"opa", "exec", "--bundle", "bundle", "--decision", "entail/result", "inputs"}},
		{name: "conftest test", read: readConftest,
			args: []string{"conftest", "test", "--policy", "rules", "--policy", "adaptor", "--data", "data", "--no-fail", "--output", "json", "inputs"}},
	}, nil
}

// once runs a tool over all inputs.
func (t *tool) once(ctx context.Context, dir string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, filepath.Join(dir, t.args[0]), t.args[1:]...)
	var output, problems bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &output, &problems
	start := time.Now()
	err := cmd.Run()
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %s", t.name, err, problems.Bytes())
	}
	t.wall = append(t.wall, time.Since(start))
	t.cpu = append(t.cpu, cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
	return output.Bytes(), nil
}

func report(w io.Writer, tools []*tool) {
	for _, t := range tools {
		fmt.Fprintf(w, "%-20s median %6.2f s (%.2f to %.2f), processor time %6.2f s\n", t.name,
			middle(t.wall).Seconds(), slices.Min(t.wall).Seconds(), slices.Max(t.wall).Seconds(), middle(t.cpu).Seconds())
	}
	for _, t := range tools[1:] {
		fmt.Fprintf(w, "%-20s takes %.2f times as long as entail, and %.2f times the processor time\n", t.name,
			ratio(t.wall, tools[0].wall), ratio(t.cpu, tools[0].cpu))
	}
}

// ratio is the median of the ratios of each round.
func ratio(of, to []time.Duration) float64 {
	ratios := make([]float64, len(of))
	for i := range of {
		ratios[i] = float64(of[i]) / float64(to[i])
	}
	slices.Sort(ratios)
	return ratios[len(ratios)/2]
}

func middle(times []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(times))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}
