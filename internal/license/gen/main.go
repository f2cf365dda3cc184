// Command gen makes the fingerprints by which package license tells licence
// texts apart. It reads folders that hold one folder of texts for each
// licence, named by its catalogue key, and writes one file:
//
//	go run ./gen -keys keys.tsv -o fingerprints.bin FOLDER…
//
// The table of keys has the texts whose key is not the name of their folder.
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
	keys := flag.String("keys", "", "table of the texts whose key is not the name of their folder")
	flag.Parse()
	if err := run(*out, *keys, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(out, table string, folders []string) error {
	if len(folders) == 0 {
		return fmt.Errorf("make fingerprints: no folder of texts was named")
	}
	var keys license.Keys
	if table != "" {
		var err error
		if keys, err = license.ReadKeys(table); err != nil {
			return err
		}
	}
	samples, err := license.ReadSamples(keys, folders...)
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
