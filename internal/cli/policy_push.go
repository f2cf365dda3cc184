package cli

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/entail-dev/entail/internal/archive"
	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/internal/registry"
	"github.com/entail-dev/entail/internal/report"
)

func (c *Command) policyPushCommand() *cobra.Command {
	b := &bundleFlags{}
	cmd := &cobra.Command{
		Use:   "push oci://HOST/REPOSITORY:TAG [FILE.tar.gz]",
		Short: "Put a bundle of rules into an OCI registry",
		Long: `push puts a bundle into an OCI registry: FILE.tar.gz, or the one that entail
policy bundle would write. It is one layer of OPA's type, so that OPA and
conftest fetch it, too. Credentials are those of docker login. A registry on
this machine is spoken to without TLS.

It prints the reference with the digest to pin. The same bundle has the same
digest in every registry.

Exit status: 0 pushed; 2 usage, or rules that do not compile; 3 the registry
could not be reached, or would not take it.`,
		Example: `  entail policy push oci://ghcr.io/acme/rules:v1 --policy policies
  entail policy push oci://localhost:5000/rules:v1 rules.tar.gz`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 || len(args) > 2 {
				return usageError("entail policy push --help", "push takes a reference, and at most one file; got %s", counted(len(args), "argument"))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return c.policyPush(cmd.Context(), b, args) },
	}
	b.add(cmd.Flags())
	offer(cmd, "signing-alg", signingAlgorithms)
	offer(cmd, "verification-alg", signingAlgorithms)
	return cmd
}

func (c *Command) policyPush(ctx context.Context, b *bundleFlags, args []string) error {
	ref, err := parsePolicyRef(args[0])
	if err != nil {
		return err
	}
	if !ref.OCI() || ref.Digest != "" {
		return usageError("entail policy push oci://ghcr.io/acme/rules:v1", "%q: push takes oci://host/repository:tag, without a digest", args[0])
	}
	client, err := c.registryClient(b.sources, b.sources.offline)
	if err != nil {
		return err
	}
	var packed []byte
	if len(args) == 2 {
		packed, err = c.checkedBundle(args[1], b)
	} else {
		packed, _, err = c.makeBundle(ctx, b)
	}
	if err != nil {
		return err
	}
	digest, err := client.Push(ctx, ref, packed)
	if err != nil {
		return fetchError(err, ref)
	}
	return c.say("pushed %s\n", ref.Pinned(digest))
}

// checkedBundle reads a bundle that is to be pushed: what nobody could read
// back is not pushed.
func (c *Command) checkedBundle(name string, b *bundleFlags) ([]byte, error) {
	const try = "entail policy bundle -o rules.tar.gz, then push it"
	if len(b.policies) > 0 || b.tests || b.signingKey != "" {
		return nil, usageError("leave out one of them", "%s is pushed as it is, and --policy, --tests and --signing-key make another bundle", name)
	}
	text, err := readFileBounded(name, registry.MaxBytes)
	if err != nil {
		return nil, usageError(try, "read %s: %w", name, plainCause(err))
	}
	demand, err := b.key.verification()
	if err != nil {
		return nil, err
	}
	files, err := archive.UnpackGzip(bytes.NewReader(text))
	if err != nil {
		return nil, usageError(try, "read the bundle %s: %w", name, err)
	}
	if err := demand.Check(name, files); err != nil {
		return nil, usageError(try, "%w", err)
	}
	return text, nil
}

// say writes one line to standard output.
func (c *Command) say(format string, args ...any) error {
	for i, arg := range args {
		args[i] = report.Plain(fmt.Sprint(arg))
	}
	if _, err := fmt.Fprintf(c.Stdout, format, args...); err != nil {
		return undecided("check that the output can be written", "%w", err)
	}
	return nil
}

// pullFlags say what pull does with a bundle.
type pullFlags struct {
	output  string
	key     keyFlags
	sources sourceFlags
}

func (c *Command) policyPullCommand() *cobra.Command {
	p := &pullFlags{}
	cmd := &cobra.Command{
		Use:   "pull REF",
		Short: "Fetch a bundle of rules, and print the digest to pin",
		Long: `pull fetches a bundle and unpacks it into a folder that it makes; with --output
FILE.tar.gz it keeps it as it is. REF is oci://host/repository:tag, where entail,
conftest, OPA or oras has put it, or https://host/rules.tar.gz; with @sha256:…
after it what comes must have that digest. Nothing that is there is overwritten.

It prints the reference with the digest of now, for --policy and entail.yaml.

Exit status: 0 unpacked; 2 usage, another digest or signature, no bundle; 3 the
server could not be reached, or does not have it.`,
		Example: `  entail policy pull oci://ghcr.io/acme/rules:v1
  entail policy pull https://acme.example/rules.tar.gz -o rules
  conftest test -p rules model.json`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return c.policyPull(cmd.Context(), p, args[0]) },
	}
	f := cmd.Flags()
	f.StringVarP(&p.output, "output", "o", "", "folder, or .tar.gz, to write (default the last word of the name)")
	p.key.add(f)
	f.BoolVar(&p.sources.offline, "offline", false, "open no network connection")
	f.BoolVar(&p.sources.noCache, "no-cache", false, "keep nothing of what is fetched, and use nothing that was kept")
	p.sources.addCache(f)
	offer(cmd, "verification-alg", signingAlgorithms)
	return cmd
}

func (c *Command) policyPull(ctx context.Context, p *pullFlags, arg string) error {
	if !registry.IsRef(arg) {
		return usageError("entail policy pull oci://ghcr.io/acme/rules:v1", "%q: pull takes %s", arg, "oci://host/repository:tag or https://host/rules.tar.gz")
	}
	ref, err := parsePolicyRef(arg)
	if err != nil {
		return err
	}
	demand, err := p.key.verification()
	if err != nil {
		return err
	}
	client, err := c.registryClient(p.sources, p.sources.offline)
	if err != nil {
		return err
	}
	fetched, err := client.Fetch(ctx, ref)
	if err != nil {
		return fetchError(err, ref)
	}
	files, err := unpacked(fetched, demand)
	if err != nil {
		return usageError("", "%w", err)
	}
	output := p.output
	if output == "" {
		output = ref.Base()
	}
	if err := keepPulled(output, fetched, files); err != nil {
		return usageError("name another place with --output, or remove what is there", "write the bundle to %s: %w", output, err)
	}
	return c.say("pulled %s\nwrote %s: %s\n", fetched.Ref, filepath.ToSlash(output), counted(len(files), "file"))
}

// unpacked are the files of a bundle, held to the key that was demanded.
func unpacked(fetched *registry.Fetched, demand *policy.Verification) (map[string][]byte, error) {
	files := fetched.Files
	if fetched.Bundle != nil {
		var err error
		if files, err = archive.UnpackGzip(bytes.NewReader(fetched.Bundle)); err != nil {
			return nil, fmt.Errorf("read the bundle %s: %w", fetched.Ref.Name, err)
		}
	}
	return files, demand.Check(fetched.Ref.Name, files)
}

// keepPulled writes a bundle where nothing is: below a folder, or packed.
func keepPulled(output string, fetched *registry.Fetched, files map[string][]byte) error {
	if isBundleName(output) {
		packed, err := fetched.Bundle, error(nil)
		if packed == nil {
			if packed, err = archive.PackGzip(files); err != nil {
				return err
			}
		}
		file, err := os.OpenFile(output, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if err != nil {
			return plainCause(err)
		}
		if _, err = file.Write(packed); err != nil {
			file.Close()
			return err
		}
		return file.Close()
	}
	var list []newFile
	for _, name := range slices.Sorted(maps.Keys(files)) {
		list = append(list, newFile{name, files[name]})
	}
	return writeNew(output, list)
}
