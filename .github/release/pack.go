// Command pack puts a program and the licences that come with it into an
// archive, whose bytes depend on nothing else; build.sh runs it.
//
//	pack ARCHIVE PROGRAM LICENSE GOLICENSE MODULES
//	pack --sum FILE
//
// MODULES has a line for each package that the program is linked from: its
// module with the version, the module's folder, and its own, by tabs.
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

func main() {
	var err error
	switch args := os.Args[1:]; {
	case len(args) == 2 && args[0] == "--sum":
		err = sum(args[1])
	case len(args) == 5:
		err = pack(args[0], args[1], args[2], args[3], args[4])
	default:
		err = errors.New("want ARCHIVE PROGRAM LICENSE GOLICENSE MODULES, or --sum FILE")
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "pack: %v\n", err)
		os.Exit(1)
	}
}

// sum prints the SHA-256 of a file, for which systems have different programs.
func sum(name string) error {
	text, err := os.ReadFile(name)
	if err == nil {
		fmt.Printf("%x\n", sha256.Sum256(text))
	}
	return err
}

func pack(archive, program, license, goLicense, modules string) error {
	list, err := os.ReadFile(modules)
	if err != nil {
		return err
	}
	others, err := notices(string(list), goLicense)
	if err != nil {
		return err
	}
	binary, err := os.ReadFile(program)
	if err != nil {
		return err
	}
	own, err := os.ReadFile(license)
	if err != nil {
		return err
	}
	var packed bytes.Buffer
	zip, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return err
	}
	files := tar.NewWriter(zip)
	for _, f := range []struct {
		name string
		mode int64
		text []byte
	}{{filepath.Base(program), 0o755, binary}, {"LICENSE", 0o644, own}, {"THIRD-PARTY-LICENSES", 0o644, others}} {
		header := &tar.Header{Format: tar.FormatUSTAR, Typeflag: tar.TypeReg, Name: f.name, Mode: f.mode, Size: int64(len(f.text))}
		if err := files.WriteHeader(header); err != nil {
			return err
		}
		if _, err := files.Write(f.text); err != nil {
			return err
		}
	}
	if err := errors.Join(files.Close(), zip.Close()); err != nil {
		return err
	}
	return os.WriteFile(archive, packed.Bytes(), 0o644)
}

// termsFile are the names of files that hold the terms of a module.
var termsFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents|unlicense)([.-].*)?$`)

// notices are the terms of everything that the program is linked from, in the
// order of names.
func notices(list, goLicense string) ([]byte, error) {
	text, err := os.ReadFile(goLicense)
	if err != nil {
		return nil, err
	}
	all := map[string]string{"the Go standard library": string(text)}
	found := map[string]bool{}
	for line := range strings.Lines(list) {
		module, rest, _ := strings.Cut(strings.TrimSpace(line), "\t")
		top, folder, ok := strings.Cut(rest, "\t")
		if !ok {
			return nil, fmt.Errorf("%q names no module with its folders", line)
		}
		// A package inside of a module may have come from elsewhere, with terms
		// of its own.
		for {
			n, err := collect(all, module, top, folder)
			if err != nil {
				return nil, err
			}
			found[module] = found[module] || n > 0
			if len(folder) <= len(top) {
				break
			}
			folder = filepath.Dir(folder)
		}
	}
	for module, has := range found {
		if !has {
			return nil, fmt.Errorf("%s comes with no licence file", module)
		}
	}
	var b bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(&b, "======== %s ========\n\n%s\n\n", name, strings.TrimSpace(all[name]))
	}
	return b.Bytes(), nil
}

// collect adds the terms that lie in one folder of a module.
func collect(all map[string]string, module, top, folder string) (int, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, e := range entries {
		if !e.Type().IsRegular() || !termsFile.MatchString(e.Name()) || strings.HasSuffix(e.Name(), ".go") {
			continue
		}
		path := filepath.Join(folder, e.Name())
		within, err := filepath.Rel(top, path)
		if err != nil {
			return n, err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return n, err
		}
		all[module+", "+filepath.ToSlash(within)] = strings.ReplaceAll(string(text), "\r\n", "\n")
		n++
	}
	return n, nil
}
