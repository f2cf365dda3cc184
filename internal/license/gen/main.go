// Command gen makes the fingerprints by which package license tells licence
// texts apart. It reads folders that hold one folder of texts for each
// licence, named by its catalogue key, and writes one file:
//
//	go run ./gen -o fingerprints.bin FOLDER…
//
// Files named *--short-notice.txt are notices that refer to the licence.
// Licences of a folder named policies get the id "use-policy/KEY".
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/entail-dev/entail/internal/license"
)

func main() {
	out := flag.String("o", "fingerprints.bin", "file to write")
	flag.Parse()
	if err := run(*out, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(out string, folders []string) error {
	if len(folders) == 0 {
		return fmt.Errorf("make fingerprints: no folder of texts was named")
	}
	samples, err := license.ReadSamples(folders...)
	if err != nil {
		return err
	}
	data, err := license.Compile(samples)
	if err != nil {
		return err
	}
	if err := os.WriteFile(out, data, 0o644); err != nil {
		return fmt.Errorf("write fingerprints: %w", err)
	}
	return nil
}
