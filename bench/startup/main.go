// Command startup measures how long entail takes from nothing to a verdict on
// a local release, as a multiple of what opa takes to evaluate a trivial
// policy. It builds both, runs them in turn, and prints medians and the ratio.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

// trivial is the policy that opa evaluates.
const trivial = "package trivial\n\nallow if input.ok\n"

func main() {
	runs := flag.Int("n", 30, "counted runs of each command")
	release := flag.String("release", "../testdata/repos/apache-on-llama", "the release to check")
	flag.Parse()
	if err := run(*runs, *release); err != nil {
		fmt.Fprintln(os.Stderr, "startup:", err)
		os.Exit(1)
	}
}

func run(runs int, release string) error {
	dir, err := os.MkdirTemp("", "entail-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	entail, opa := filepath.Join(dir, "entail"), filepath.Join(dir, "opa")
	if err := build("..", entail, "./cmd/entail"); err != nil {
		return err
	}
	if err := build(".", opa, "github.com/open-policy-agent/opa"); err != nil {
		return err
	}
	policy := filepath.Join(dir, "trivial.rego")
	if err := os.WriteFile(policy, []byte(trivial), 0o600); err != nil {
		return err
	}
	commands := [2]*measured{
		{name: "entail check", args: []string{entail, "check", release, "--offline", "--fail-on", "never"}},
		{name: "opa eval", args: []string{opa, "eval", "-d", policy, "data.trivial"}},
	}
	for i := range runs + 3 {
		for _, c := range commands {
			took, err := c.once()
			if err != nil {
				return err
			}
			if i >= 3 { // the first few warm the file cache
				c.took = append(c.took, took)
			}
		}
	}
	report(commands)
	return nil
}

func build(dir, output, pkg string) error {
	cmd := exec.Command("go", "build", "-o", output, pkg)
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("build %s: %w", pkg, err)
	}
	return nil
}

type measured struct {
	name string
	args []string
	took []time.Duration
}

func (m *measured) once() (time.Duration, error) {
	cmd := exec.Command(m.args[0], m.args[1:]...)
	start := time.Now()
	output, err := cmd.CombinedOutput()
	took := time.Since(start)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", m.name, errors.Join(err, errors.New(string(output))))
	}
	return took, nil
}

func (m *measured) median() time.Duration {
	slices.Sort(m.took)
	return m.took[len(m.took)/2]
}

func report(commands [2]*measured) {
	ratios := make([]float64, len(commands[0].took))
	for i := range ratios { // pair by pair, before the medians sort the runs
		ratios[i] = float64(commands[0].took[i]) / float64(commands[1].took[i])
	}
	slices.Sort(ratios)
	for _, c := range commands {
		fmt.Printf("%-14s median %6.1f ms of %d runs\n", c.name, float64(c.median().Microseconds())/1000, len(c.took))
	}
	fmt.Printf("ratio          %.2f (median of pairs; %.2f to %.2f)\n",
		ratios[len(ratios)/2], ratios[0], ratios[len(ratios)-1])
}
