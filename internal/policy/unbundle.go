package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/bundle"
	"github.com/open-policy-agent/opa/v1/keys"
	"github.com/open-policy-agent/opa/v1/util"
	"golang.org/x/tools/txtar"

	"github.com/entail-dev/entail/internal/archive"
)

// Bounds of a folder that holds a bundle, unpacked.
const (
	maxBundleFile  = 32 << 20
	maxBundleTotal = 64 << 20
)

// opaSigner is what OPA's own signatures call their plugin, where they say.
const opaSigner = "_default"

// Verification is the key that bundles must be signed with.
type Verification struct {
	// Key is a file with a public key in PEM, or for HS256 and its like with a
	// secret. Algorithm is how it signs, such as RS256; empty for that one.
	Key, Algorithm string
}

// Opened is what somebody else's rules come to.
type Opened struct {
	Folders []Folder
	// Notes say what of it does not hold, and why.
	Notes []string
}

// OpenBundle reads a bundle as OPA and entail write it, called name in
// messages. ours is the policies folder: what a bundle of entail's holds of it
// is left out, and what differs is noted. With a verification every file must
// be signed.
func OpenBundle(name string, packed io.Reader, ours fs.FS, v *Verification) (Opened, error) {
	files, err := archive.UnpackGzip(packed)
	if err != nil {
		return Opened{}, fmt.Errorf("read the bundle %s: %w", name, err)
	}
	return OpenFiles(name, files, ours, v)
}

// OpenFiles is OpenBundle for files that have been unpacked, by their paths.
func OpenFiles(name string, files map[string][]byte, ours fs.FS, v *Verification) (Opened, error) {
	if err := v.Check(name, files); err != nil {
		return Opened{}, err
	}
	opened, err := openFiles(name, files, ours)
	if err != nil {
		return Opened{}, fmt.Errorf("read the bundle %s: %w", name, err)
	}
	return opened, nil
}

// OpenFolder opens a folder of a user's rules. One that holds a bundle of
// entail's, unpacked, is read as that bundle.
func OpenFolder(name string, fsys, ours fs.FS) (Opened, error) {
	plain := Opened{Folders: []Folder{{Name: name, FS: fsys}}}
	text, err := readBounded(fsys, manifestFile, maxUserFile)
	if errors.Is(err, fs.ErrNotExist) {
		return plain, nil
	}
	var manifest bundle.Manifest
	if err == nil {
		manifest, err = readManifest(text)
	}
	if err != nil {
		return Opened{}, fmt.Errorf("read the policies in %s: %w", name, err)
	}
	if !ofEntail(manifest) {
		return plain, nil
	}
	files, err := readAll(fsys)
	if err != nil {
		return Opened{}, fmt.Errorf("read the policies in %s: %w", name, err)
	}
	return OpenFiles(name, files, ours, nil)
}

// readAll reads every file of a folder.
func readAll(fsys fs.FS) (map[string][]byte, error) {
	files := map[string][]byte{}
	entries, total := 0, 0
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		if entries++; entries > maxUserEntries {
			return fmt.Errorf("more than %d files and folders", maxUserEntries)
		}
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := readBounded(fsys, name, maxBundleFile)
		if total += len(text); total > maxBundleTotal {
			return fmt.Errorf("larger than %d MiB", maxBundleTotal>>20)
		}
		files[name] = text
		return err
	})
	return files, err
}

// readBounded reads one file of a bounded size. Of a link or a pipe nobody knows
// what it holds, nor whether it ends.
func readBounded(fsys fs.FS, name string, limit int64) ([]byte, error) {
	info, err := fs.Lstat(fsys, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: not a regular file", name)
	}
	file, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err == nil && int64(len(text)) > limit {
		err = fmt.Errorf("%s: larger than %d KiB", name, limit>>10)
	}
	return text, err
}

// notRego are files of bundles that hold what their rules became, or what
// changes another bundle. Nobody could tell which rules do not run.
var notRego = map[string]string{
	bundle.WasmFile: "rules compiled to WebAssembly", bundle.PlanFile: "rules compiled to a plan",
	bundle.PlanProtoFile: "rules compiled to a plan", "patch.json": "a change to another bundle",
}

func openFiles(name string, files map[string][]byte, ours fs.FS) (Opened, error) {
	for _, file := range slices.Sorted(maps.Keys(files)) {
		if what, odd := notRego[path.Base(file)]; odd {
			return Opened{}, fmt.Errorf("%s: %s, which entail does not evaluate; build it from the rules themselves", file, what)
		}
	}
	manifest, err := readManifest(files[manifestFile])
	if err != nil {
		return Opened{}, err
	}
	made := ofEntail(manifest)
	if made {
		files = maps.Clone(files)
		maps.DeleteFunc(files, func(file string, text []byte) bool {
			own, err := fs.ReadFile(ours, file)
			return err == nil && bytes.Equal(own, text)
		})
	}
	if err := withinRoots(files, *manifest.Roots); err != nil {
		return Opened{}, err
	}
	if !made {
		fsys, err := memory(files)
		return Opened{Folders: []Folder{{Name: name, FS: fsys}}}, err
	}
	return usersPart(name, files)
}

// readManifest reads a manifest; none says that everything is permitted.
func readManifest(text []byte) (bundle.Manifest, error) {
	var manifest bundle.Manifest
	if text != nil {
		if err := util.NewJSONDecoder(bytes.NewReader(text)).Decode(&manifest); err != nil {
			return manifest, fmt.Errorf("%s: %w", manifestFile, err)
		}
	}
	manifest.Init()
	return manifest, nil
}

// ofEntail says whether entail wrote a bundle.
func ofEntail(manifest bundle.Manifest) bool {
	_, made := manifest.Metadata[madeBy].(map[string]any)
	return made
}

// withinRoots holds every package to the roots that a manifest names, as OPA
// does: what lies outside of them is not what its author meant to ship.
func withinRoots(files map[string][]byte, roots []string) error {
	for i, root := range roots {
		roots[i] = strings.Trim(root, "/")
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if !isRule(name) {
			continue
		}
		module, err := ast.ParseModuleWithOpts(name, string(files[name]), ParserOptions())
		if err != nil {
			return err
		}
		var parts []string
		for _, term := range module.Package.Path[1:] {
			part, _ := term.Value.(ast.String)
			parts = append(parts, string(part))
		}
		if !bundle.RootPathsContain(roots, strings.Join(parts, "/")) {
			return fmt.Errorf("%s: package %s lies outside of the roots that %s names: %s",
				name, strings.Join(parts, "."), manifestFile, strings.Join(roots, ", "))
		}
	}
	return nil
}

// usersPart is what a bundle of entail's holds beside our rules and data. files
// are those that are not ours as they are.
func usersPart(name string, files map[string][]byte) (Opened, error) {
	var opened Opened
	parts := map[string]map[string][]byte{}
	var differ []string
	for file, text := range files {
		if rest, ok := strings.CutPrefix(file, userRoot+"/"); ok {
			folder, below, _ := strings.Cut(rest, "/")
			if parts[folder] == nil {
				parts[folder] = map[string][]byte{}
			}
			parts[folder][below] = text
			continue
		}
		if strings.HasSuffix(file, ".rego") && file != ownFile {
			differ = append(differ, file)
		}
	}
	if err := beside(files, parts); err != nil {
		return opened, err
	}
	slices.Sort(differ)
	if len(differ) > 0 {
		opened.Notes = append(opened.Notes, fmt.Sprintf(
			"%s holds rules of entail's that are not those of this version (%s, %d in all); those of this version hold", name, differ[0], len(differ)))
	}
	for _, folder := range slices.Sorted(maps.Keys(parts)) {
		fsys, err := memory(parts[folder])
		if err != nil {
			return opened, err
		}
		opened.Folders = append(opened.Folders, Folder{Name: path.Join(name, userRoot, folder), FS: fsys})
	}
	if len(opened.Folders) == 0 {
		return opened, fmt.Errorf("it holds entail's own rules alone: %w", ErrNoPolicy)
	}
	return opened, nil
}

// beside gives the first of a user's folders the data that are not the
// catalogue's, and refuses rules outside of those folders that are not ours.
func beside(files map[string][]byte, parts map[string]map[string][]byte) error {
	for _, file := range slices.Sorted(maps.Keys(files)) {
		if !isRule(file) || strings.HasPrefix(file, userRoot+"/") {
			continue
		}
		module, err := ast.ParseModuleWithOpts(file, string(files[file]), ParserOptions())
		if err != nil {
			return err
		}
		if root := rootOf(module); root != "entail" {
			return fmt.Errorf("%s: package %s lies among entail's own rules; entail policy bundle puts a user's below %s/",
				file, root, userRoot)
		}
	}
	if files[dataFile] == nil {
		return nil
	}
	var data map[string]any
	if err := util.Unmarshal(files[dataFile], &data); err != nil {
		return fmt.Errorf("%s: %w", dataFile, err)
	}
	delete(data, "catalog")
	if len(data) == 0 {
		return nil
	}
	if len(parts) == 0 {
		parts["policies"] = map[string][]byte{}
	}
	text, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("%s: %w", dataFile, err)
	}
	parts[slices.Min(slices.Collect(maps.Keys(parts)))][dataFile] = text
	return nil
}

// memory is a folder of files that lie in memory.
func memory(files map[string][]byte) (fs.FS, error) {
	var all txtar.Archive
	for _, name := range slices.Sorted(maps.Keys(files)) {
		all.Files = append(all.Files, txtar.File{Name: name, Data: files[name]})
	}
	return txtar.FS(&all)
}

// Check holds the files of a bundle to their signature, as OPA does. Without a
// verification there is nothing to hold them to.
func (v *Verification) Check(name string, files map[string][]byte) error {
	if err := v.verify(files); err != nil {
		return fmt.Errorf("read the bundle %s: %w", name, err)
	}
	return nil
}

func (v *Verification) verify(files map[string][]byte) error {
	if v == nil {
		return nil
	}
	text, ok := files[signatureFile]
	if !ok {
		return fmt.Errorf("it has no %s, and a key was given that it must be signed with", signatureFile)
	}
	var signatures bundle.SignaturesConfig
	if err := util.NewJSONDecoder(bytes.NewReader(text)).Decode(&signatures); err != nil {
		return fmt.Errorf("%s: %w", signatureFile, err)
	}
	if signatures.Plugin != "" && signatures.Plugin != opaSigner {
		return fmt.Errorf("%s: signed by a plugin, %q, which entail does not have", signatureFile, signatures.Plugin)
	}
	key, err := keys.NewKeyConfig(v.Key, v.algorithm(), "")
	if err != nil {
		return fmt.Errorf("read the verification key: %w", err)
	}
	config := bundle.NewVerificationConfig(map[string]*bundle.KeyConfig{keyID: key}, keyID, "", nil)
	signed, err := bundle.VerifyBundleSignature(signatures, config)
	if err != nil {
		return fmt.Errorf("check its signature: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if name == signatureFile {
			continue
		}
		if err := bundle.VerifyBundleFile(name, *bytes.NewBuffer(files[name]), signed); err != nil {
			return fmt.Errorf("check its signature: %w", err)
		}
	}
	if len(signed) > 0 {
		return fmt.Errorf("%s: %s is signed and is not there", signatureFile, slices.Min(slices.Collect(maps.Keys(signed))))
	}
	return nil
}

func (v *Verification) algorithm() string {
	if v.Algorithm == "" {
		return "RS256"
	}
	return v.Algorithm
}
