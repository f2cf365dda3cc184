package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/internal/registry"
	"github.com/entail-dev/entail/internal/report"
	"github.com/entail-dev/entail/policies"
)

// maxRuleFile bounds one file of rules that was named.
const maxRuleFile = 1 << 20

// policyForms says what --policy and policies: take.
const policyForms = "a folder, a .rego file, a bundle (.tar.gz), https://host/rules.tar.gz@sha256:… or oci://host/repository:tag@sha256:…"

// policyOpener opens what --policy and policies: name.
type policyOpener struct {
	// client fetches what is on a server; nil where nothing may be.
	client *registry.Client
	// pins are the digests that a lock has, by the names of references.
	pins map[string]string
	// key is what bundles must be signed with; nil for no demand.
	key *policy.Verification
	// note is told what does not hold; nil for nobody.
	note func(string)

	roots []*os.Root
}

// close closes the folders that were opened.
func (o *policyOpener) close() {
	for _, root := range o.roots {
		root.Close()
	}
}

// open opens policies in their order. What links out of a folder is not
// followed. Where it fails, nothing stays open.
func (o *policyOpener) open(ctx context.Context, specs []string) ([]policy.Folder, error) {
	var own []policy.Folder
	for _, spec := range specs {
		opened, err := o.openOne(ctx, spec)
		if err != nil {
			o.close()
			return nil, err
		}
		for _, note := range opened.Notes {
			if o.note != nil {
				o.note(note)
			}
		}
		own = append(own, opened.Folders...)
	}
	return own, nil
}

func (o *policyOpener) openOne(ctx context.Context, spec string) (policy.Opened, error) {
	if registry.IsRef(spec) {
		return o.openRef(ctx, spec)
	}
	file, digest := splitDigest(spec)
	info, err := os.Stat(file)
	if err != nil {
		return policy.Opened{}, usageError("--policy wants "+policyForms, "read the policies in %s: %w", spec, plainCause(err))
	}
	name := filepath.ToSlash(filepath.Clean(file))
	switch {
	case info.IsDir() && digest == "":
		return o.openFolder(file, name)
	case info.Mode().IsRegular() && (isBundleName(file) || strings.HasSuffix(file, ".rego") && digest == ""):
		return o.openFile(file, name, digest)
	}
	return policy.Opened{}, usageError("--policy wants "+policyForms, "read the policies in %s: neither a folder, nor a .rego file, nor a .tar.gz", spec)
}

// splitDigest takes the digest from the path of a file.
func splitDigest(spec string) (file, digest string) {
	if at := strings.LastIndex(spec, "@"); at >= 0 && registry.IsDigest(spec[at+1:]) {
		return spec[:at], spec[at+1:]
	}
	return spec, ""
}

// isBundleName says whether a file is called as bundles are.
func isBundleName(name string) bool {
	return strings.HasSuffix(name, ".tar.gz") || strings.HasSuffix(name, ".tgz")
}

func (o *policyOpener) openFolder(folder, name string) (policy.Opened, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return policy.Opened{}, usageError("--policy wants "+policyForms, "read the policies in %s: %w", folder, plainCause(err))
	}
	o.roots = append(o.roots, root)
	opened, err := policy.OpenFolder(name, root.FS(), policies.FS)
	return opened, badBundle(err)
}

func (o *policyOpener) openFile(file, name, digest string) (policy.Opened, error) {
	limit := int64(maxRuleFile)
	if isBundleName(file) {
		limit = registry.MaxBytes
	}
	text, err := readFileBounded(file, limit)
	if err == nil && digest != "" && registry.DigestOf(text) != digest {
		err = fmt.Errorf("its digest is %s, and %s was asked for", registry.DigestOf(text), digest)
	}
	if err != nil {
		return policy.Opened{}, usageError("", "read the policies in %s: %w", file, plainCause(err))
	}
	if isBundleName(file) {
		opened, err := policy.OpenBundle(name, bytes.NewReader(text), policies.FS, o.key)
		return opened, badBundle(err)
	}
	opened, err := policy.OpenFiles(path.Dir(name), map[string][]byte{path.Base(name): text}, policies.FS, nil)
	return opened, badBundle(err)
}

// readFileBounded reads a file that was named, and nothing but a regular one: a
// device may have no end.
func readFileBounded(name string, limit int64) ([]byte, error) {
	// Without O_NONBLOCK opening a pipe waits for its other end.
	file, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, errors.Join(err, errors.New("not a regular file"))
	}
	text, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err == nil && int64(len(text)) > limit {
		err = fmt.Errorf("larger than %d MiB", limit>>20)
	}
	return text, err
}

// badBundle gives an error of policies that cannot be read its exit code.
func badBundle(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, policy.ErrNoPolicy):
		return undecided("name a folder that holds *.rego files, or make one with entail policy init", "%w", err)
	}
	return usageError("", "%w", err)
}

// openRef fetches what is on a server.
func (o *policyOpener) openRef(ctx context.Context, spec string) (policy.Opened, error) {
	ref, err := parsePolicyRef(spec)
	if err != nil {
		return policy.Opened{}, err
	}
	if o.client == nil {
		return policy.Opened{}, usageError("entail policy pull "+spec, "%s is on a server, and this command reads what is on this machine", spec)
	}
	pinned := o.pins[ref.Name]
	switch {
	case ref.Digest == "" && pinned == "":
		return policy.Opened{}, usageError(
			"entail policy pull "+ref.Name+" prints the digest to write after it; entail lock pins what entail.yaml names",
			"%s: it has no digest, and so may hold other rules tomorrow; want %s@sha256:…", spec, ref.Name)
	case ref.Digest != "" && pinned != "" && ref.Digest != pinned:
		return policy.Opened{}, usageError("entail lock --update "+ref.Name,
			"%s is asked for, and entail.lock pins %s", spec, pinned)
	case ref.Digest == "":
		ref = ref.Pinned(pinned)
	}
	fetched, err := o.client.Fetch(ctx, ref)
	if err != nil {
		return policy.Opened{}, fetchError(err, ref)
	}
	return openFetched(fetched, o.key)
}

// openFetched reads what came from a server.
func openFetched(fetched *registry.Fetched, key *policy.Verification) (policy.Opened, error) {
	if fetched.Bundle == nil {
		opened, err := policy.OpenFiles(fetched.Ref.Name, fetched.Files, policies.FS, key)
		return opened, badBundle(err)
	}
	opened, err := policy.OpenBundle(fetched.Ref.Name, bytes.NewReader(fetched.Bundle), policies.FS, key)
	return opened, badBundle(err)
}

func parsePolicyRef(spec string) (registry.Ref, error) {
	ref, err := registry.ParseRef(spec)
	if err != nil {
		return ref, usageError("--policy wants "+policyForms, "%w", err)
	}
	return ref, nil
}

// fetchError gives an error of a server its exit code, and says what to try.
func fetchError(err error, ref registry.Ref) error {
	switch {
	case errors.Is(err, registry.ErrDigest):
		return usageError("take the digest from whoever publishes it; entail policy pull "+ref.Name+" prints the one of now", "%w", err)
	case errors.Is(err, registry.ErrContent):
		return usageError("entail policy push, conftest push or oras push make one", "%w", err)
	case errors.Is(err, registry.ErrOffline):
		return undecided("run it once with a network, and without --offline", "%w", err)
	case errors.Is(err, registry.ErrUnauthorized) && ref.OCI():
		return undecided("docker login "+ref.Host()+"; entail reads the same credentials", "%w", err)
	case errors.Is(err, registry.ErrUnauthorized):
		return undecided("put it where it can be read without a password, or into a registry", "%w", err)
	case errors.Is(err, registry.ErrNotFound) && ref.OCI():
		return undecided("check name and tag; a private one may need docker login "+ref.Host(), "%w", err)
	case errors.Is(err, registry.ErrNotFound):
		return undecided("check the address", "%w", err)
	case errors.Is(err, context.Canceled):
		return err
	}
	return undecided("check the name of the host and the network, or try again later", "%w", err)
}

// registryClient reaches servers as the user's docker does.
func (c *Command) registryClient(flags sourceFlags, offline bool) (*registry.Client, error) {
	store, err := c.openCache(flags, c.tell)
	if err != nil {
		return nil, err
	}
	return registry.New(registry.Config{
		Getenv: c.Getenv, UserAgent: "entail/" + c.Version + " (+" + homepage + ")", Offline: offline, Cache: store, Now: c.Now,
	}), nil
}

// tell says something on standard error that changes no result.
func (c *Command) tell(text string) { fmt.Fprintln(c.Stderr, report.Plain(text)) }

// keyFlags are the key that bundles must be signed with.
type keyFlags struct{ key, algorithm string }

// signingAlgorithms are those that OPA signs and verifies with.
var signingAlgorithms = []string{
	"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "HS256", "HS384", "HS512",
}

// verification is the demand that flags make; nil for none.
func (k keyFlags) verification() (*policy.Verification, error) {
	if k.key == "" {
		return nil, nil
	}
	if !slices.Contains(signingAlgorithms, k.algorithm) {
		return nil, usageError("the one that it was signed with", "--verification-alg %q: want one of %s", k.algorithm, strings.Join(signingAlgorithms, ", "))
	}
	if err := isKeyFile(k.key); err != nil {
		return nil, usageError("a file with a public key in PEM, or with the secret for HS256", "--verification-key %s: %w", k.key, err)
	}
	return &policy.Verification{Key: k.key, Algorithm: k.algorithm}, nil
}

// isKeyFile says why a path is no file that could hold a key.
func isKeyFile(name string) error {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return plainCause(err)
	case !info.Mode().IsRegular():
		return errors.New("not a regular file")
	case info.Size() > maxConfigBytes:
		return errors.New("larger than any key")
	}
	return nil
}

// resolveSpecs are policies with paths that start from a folder.
func resolveSpecs(folder string, specs []string) []string {
	var resolved []string
	for _, spec := range specs {
		if !registry.IsRef(spec) && !filepath.IsAbs(spec) {
			spec = filepath.Join(folder, filepath.FromSlash(spec))
		}
		resolved = append(resolved, spec)
	}
	return resolved
}
