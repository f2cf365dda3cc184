// Command genindex makes the embedded index of well-known models, index.tsv
// and renames.tsv beside it, from collected references: a sample of the Hub's
// metadata dump, a table of known models, cards, and a table of renamed ids.
//
// It is run by hand, offline, by "go generate ./internal/source"; the
// references are not part of the repository. It invents nothing: a fact that
// no reference gives stays empty, and every row names its source.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func main() {
	shared := flag.String("shared", filepath.Join("..", "..", "..", "shared"), "folder that holds reference/ and corpus/")
	out := flag.String("out", ".", "folder to write index.tsv and renames.tsv to")
	flag.Parse()
	if err := run(*shared, *out, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "genindex:", err)
		os.Exit(1)
	}
}

// run writes both tables and says what they hold.
func run(shared, out string, log io.Writer) error {
	t, err := build(shared)
	if err != nil {
		return err
	}
	for name, text := range map[string]string{"index.tsv": t.index, "renames.tsv": t.renames} {
		if err := os.WriteFile(filepath.Join(out, name), []byte(text), 0o644); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
	}
	_, err = fmt.Fprintln(log, t.summary)
	return err
}
