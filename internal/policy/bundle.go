package policy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/bundle"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/util"

	"github.com/entail-dev/entail/internal/archive"
)

// Names of files that OPA's bundles have (openpolicyagent.org, "Bundle File
// Format").
const (
	manifestFile  = ".manifest"
	signatureFile = ".signatures.json"
	dataFile      = "data.json"
)

// userRoot is the folder of a bundle that a user's files lie in, each of their
// folders in one of its own.
const userRoot = "user"

// keyID is what OPA calls a key that nobody gave a name.
const keyID = "default"

// madeBy is the key of a manifest's metadata that says that entail wrote it.
const madeBy = "entail"

// BundleOptions say what goes into a bundle beside rules and data.
type BundleOptions struct {
	// Version is that of the program.
	Version string
	// Tests adds the tests of the user's rules. Ours say what our rules do
	// alone, and go in where no others do.
	Tests bool
	// SigningKey is a file with a private key in PEM, or for HS256 and its like
	// with a secret; empty for no signature. Algorithm is how it signs, such as
	// RS256; empty for that one.
	SigningKey, Algorithm string
}

// Bundle writes what the engine evaluates as a bundle that any OPA loads: our
// rules and a user's, the module between them, and all data as data.json. fsys
// and folders are those that were compiled, Placed, so that no message of theirs
// says where they lie. The same rules and options give the
// same bytes, but for signatures by an algorithm that draws lots (ES*, PS*).
func (e *Engine) Bundle(ctx context.Context, fsys fs.FS, folders []Folder, o BundleOptions) ([]byte, error) {
	packed, err := e.bundle(ctx, fsys, folders, o)
	if err != nil {
		return nil, fmt.Errorf("write a bundle: %w", err)
	}
	return packed, nil
}

func (e *Engine) bundle(ctx context.Context, fsys fs.FS, folders []Folder, o BundleOptions) ([]byte, error) {
	files, err := ourFiles(fsys, o.Tests && len(folders) == 0)
	if err != nil {
		return nil, err
	}
	for name, text := range e.texts {
		// What data files hold is in the bundle's own.
		if !isBundleData(name) {
			files[name] = text
		}
	}
	if o.Tests {
		if err := addTests(files, folders); err != nil {
			return nil, err
		}
	}
	if len(e.units) > 0 {
		files[ownFile] = []byte(ownModule(e.units))
	}
	data, err := e.data(ctx)
	if err != nil {
		return nil, err
	}
	if files[dataFile], err = json.Marshal(data); err != nil {
		return nil, err
	}
	if files[manifestFile], err = manifestOf(files, data, e.digest, o.Version); err != nil {
		return nil, err
	}
	if o.SigningKey != "" {
		if files[signatureFile], err = sign(files, o); err != nil {
			return nil, err
		}
	}
	return archive.PackGzip(files)
}

// ourFiles are the rules below fsys.
func ourFiles(fsys fs.FS, tests bool) (map[string][]byte, error) {
	files := map[string][]byte{}
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !isRule(name) && !(tests && isTest(name)) {
			return err
		}
		files[name], err = fs.ReadFile(fsys, name)
		return err
	})
	return files, err
}

// isTest holds for a file with tests of rules.
func isTest(name string) bool { return strings.HasSuffix(name, "_test.rego") }

// Placed are a user's folders under the names that they have in a bundle, which
// tell nothing of where they lie.
func Placed(folders []Folder) []Folder {
	placed := slices.Clone(folders)
	for i, place := range bundlePlaces(folders) {
		placed[i].Name = place
	}
	return placed
}

// isBundleData holds for files that OPA reads from any folder of a bundle.
func isBundleData(name string) bool {
	base := path.Base(name)
	return bundle.IsStructuredDoc(name) || base == manifestFile || base == signatureFile || strings.HasPrefix(base, manifestFile+".")
}

// bundlePlaces are the folders of a bundle for a user's folders: named like
// them, and told apart by a number. Where they lie is nobody's business.
func bundlePlaces(folders []Folder) []string {
	var places []string
	for _, folder := range folders {
		base := path.Base(path.Join("/", folder.Name))
		if !segment.MatchString(base) {
			base = "policies"
		}
		place := path.Join(userRoot, base)
		for n := 2; slices.Contains(places, place); n++ {
			place = path.Join(userRoot, fmt.Sprintf("%s-%d", base, n))
		}
		places = append(places, place)
	}
	return places
}

// addTests adds the tests that lie beside a user's rules.
func addTests(files map[string][]byte, folders []Folder) error {
	for i, place := range bundlePlaces(folders) {
		entries := 0
		err := fs.WalkDir(folders[i].FS, ".", func(name string, entry fs.DirEntry, err error) error {
			if entries++; entries > maxUserEntries {
				return fmt.Errorf("more than %d files and folders", maxUserEntries)
			}
			if err != nil || entry.IsDir() || !isTest(name) {
				return err
			}
			files[path.Join(place, name)], err = readBounded(folders[i].FS, name, maxUserFile)
			return err
		})
		if err != nil {
			return fmt.Errorf("read the tests in %s: %w", folders[i].Name, err)
		}
	}
	return nil
}

// data is all that rules see as data.
func (e *Engine) data(ctx context.Context) (map[string]any, error) {
	stored, err := storage.ReadOne(ctx, e.store, storage.Path{})
	if err != nil {
		return nil, fmt.Errorf("read the data: %w", err)
	}
	if value, ok := stored.(ast.Value); ok {
		if stored, err = ast.JSON(value); err != nil {
			return nil, fmt.Errorf("read the data: %w", err)
		}
	}
	data, ok := stored.(map[string]any)
	if !ok {
		return nil, errors.New("read the data: they have no keys")
	}
	return data, nil
}

// manifestOf says what a bundle holds. Its roots are the first words of every
// package's name and of the data.
func manifestOf(files map[string][]byte, data map[string]any, digest, version string) ([]byte, error) {
	roots := map[string]bool{}
	for key := range data {
		roots[key] = true
	}
	for name, text := range files {
		if !strings.HasSuffix(name, ".rego") {
			continue
		}
		module, err := ast.ParseModuleWithOpts(name, string(text), ParserOptions())
		if err != nil {
			return nil, err
		}
		roots[rootOf(module)] = true
	}
	sorted, language := slices.Sorted(maps.Keys(roots)), ast.RegoV1.Int()
	return json.Marshal(bundle.Manifest{
		Revision: digest, Roots: &sorted, RegoVersion: &language,
		Metadata: map[string]any{madeBy: map[string]any{"version": version}},
	})
}

// rootOf is the first word of a package's name.
func rootOf(module *ast.Module) string {
	root, _ := module.Package.Path[1].Value.(ast.String)
	return string(root)
}

// sign is a signature over every file, as `opa sign` makes it.
func sign(files map[string][]byte, o BundleOptions) ([]byte, error) {
	const hashing = bundle.SHA256
	hasher, err := bundle.NewSignatureHasher(hashing)
	if err != nil {
		return nil, err
	}
	var signed []bundle.FileInfo
	for _, name := range slices.Sorted(maps.Keys(files)) {
		var value any = files[name]
		if bundle.IsStructuredDoc(name) {
			if err := util.Unmarshal(files[name], &value); err != nil {
				return nil, err
			}
		}
		sum, err := hasher.HashFile(value)
		if err != nil {
			return nil, err
		}
		signed = append(signed, bundle.NewFile(name, fmt.Sprintf("%x", sum), string(hashing)))
	}
	token, err := bundle.GenerateSignedToken(signed, bundle.NewSigningConfig(o.SigningKey, o.Algorithm, ""), keyID)
	if err != nil {
		return nil, fmt.Errorf("sign it: %w", err)
	}
	return json.Marshal(bundle.SignaturesConfig{Signatures: []string{token}})
}
