package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/internal/report"
	"github.com/entail-dev/entail/policies"
)

// bundleFlags say what a bundle is made of.
type bundleFlags struct {
	policies   []string
	output     string
	tests      bool
	signingKey string
	signingAlg string
	key        keyFlags
	sources    sourceFlags
}

// add puts those on a command that makes a bundle.
func (b *bundleFlags) add(f *pflag.FlagSet) {
	f.StringArrayVar(&b.policies, "policy", nil, "rules of yours that go into it: "+policyForms+" (repeats)")
	f.BoolVar(&b.tests, "tests", false, "put the tests of the rules in, for opa test")
	f.StringVar(&b.signingKey, "signing-key", "", "sign it with this file: a private key in PEM, or the secret for HS256")
	f.StringVar(&b.signingAlg, "signing-alg", signingAlgorithms[0], "how it is signed: "+strings.Join(signingAlgorithms, ", "))
	b.key.add(f)
	f.BoolVar(&b.sources.offline, "offline", false, "open no network connection")
	f.BoolVar(&b.sources.noCache, "no-cache", false, "keep nothing of what is fetched, and use nothing that was kept")
	b.sources.addCache(f)
}

// add puts the flags on a command that reads bundles.
func (k *keyFlags) add(f *pflag.FlagSet) {
	f.StringVar(&k.key, "verification-key", "", "bundles of rules must be signed by this key: a file with a public key in PEM, or the secret for HS256")
	f.StringVar(&k.algorithm, "verification-alg", signingAlgorithms[0], "how they are signed")
}

func (c *Command) policyBundleCommand() *cobra.Command {
	b := &bundleFlags{}
	cmd := &cobra.Command{
		Use:   "bundle -o FILE.tar.gz",
		Short: "Write all that a check evaluates as a bundle for OPA",
		Long: `bundle writes our rules, the licence catalogue and your rules as a standard
bundle of OPA's: opa eval -b, opa test -b, opa exec -b, opa run -s -b and
conftest (on the folder that it unpacks to) load it and give the same findings
for the same input. data.entail.findings has them, data.entail.result the whole
result. The manifest's revision is the digest that reports name.

The same rules give the same bytes. With --signing-key the bundle has a
signature as opa sign makes it, under the key id "default".

check --policy takes your part of it out again; our rules are always those of
the entail that runs.

Exit status: 0 written; 2 usage, or rules that do not compile; 3 rules that
could not be fetched, or a file that cannot be written.`,
		Example: `  entail policy bundle -o entail.tar.gz
  entail policy bundle --policy policies --tests -o rules.tar.gz
  entail policy input org/name | opa eval -I -b rules.tar.gz data.entail.findings
  opa test -b rules.tar.gz`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.policyBundle(cmd.Context(), b) },
	}
	f := cmd.Flags()
	f.StringVarP(&b.output, "output", "o", "", "file to write")
	b.add(f)
	offer(cmd, "signing-alg", signingAlgorithms)
	offer(cmd, "verification-alg", signingAlgorithms)
	return cmd
}

func (c *Command) policyBundle(ctx context.Context, b *bundleFlags) error {
	if !isBundleName(b.output) {
		return usageError("entail policy bundle -o rules.tar.gz", "--output %q: want the name of a .tar.gz to write", b.output)
	}
	packed, engine, err := c.makeBundle(ctx, b)
	if err != nil {
		return err
	}
	if err := writeWhole(b.output, packed); err != nil {
		return undecided("check that the folder is there and can be written to", "%w", err)
	}
	_, err = fmt.Fprintf(c.Stdout, "wrote %s: %s, %s; revision %s\n", report.Plain(b.output),
		counted(len(engine.Rules()), "rule"), size(int64(len(packed))), engine.Digest())
	if err != nil {
		return undecided("check that the output can be written", "%w", err)
	}
	return nil
}

// makeBundle compiles the policies that flags name, and packs them.
func (c *Command) makeBundle(ctx context.Context, b *bundleFlags) ([]byte, *policy.Engine, error) {
	if !slices.Contains(signingAlgorithms, b.signingAlg) {
		return nil, nil, usageError("RS256 for a key of RSA, ES256 for one of a curve, HS256 for a secret",
			"--signing-alg %q: want one of %s", b.signingAlg, strings.Join(signingAlgorithms, ", "))
	}
	if b.signingKey != "" {
		if err := isKeyFile(b.signingKey); err != nil {
			return nil, nil, usageError("a file with a private key in PEM, or with the secret for HS256", "--signing-key %s: %w", b.signingKey, err)
		}
	}
	opener, err := c.policyOpener(b.sources, b.sources.offline, b.key)
	if err != nil {
		return nil, nil, err
	}
	own, err := opener.open(ctx, b.policies)
	if err != nil {
		return nil, nil, err
	}
	defer opener.close()
	placed := policy.Placed(own)
	_, engine, err := compilePolicies(ctx, placed)
	if err != nil {
		// Once more, for an error with names that the user knows.
		if _, _, known := compilePolicies(ctx, own); known != nil {
			err = known
		}
		return nil, nil, err
	}
	packed, err := engine.Bundle(ctx, policies.FS, placed, policy.BundleOptions{
		Version: c.Version, Tests: b.tests, SigningKey: b.signingKey, Algorithm: b.signingAlg,
	})
	if err != nil {
		return nil, nil, usageError("", "%w", err)
	}
	return packed, engine, nil
}

// policyOpener opens what is on this machine and what is on servers.
func (c *Command) policyOpener(flags sourceFlags, offline bool, key keyFlags) (*policyOpener, error) {
	demand, err := key.verification()
	if err != nil {
		return nil, err
	}
	client, err := c.registryClient(flags, offline)
	if err != nil {
		return nil, err
	}
	return &policyOpener{client: client, key: demand, note: func(text string) { c.tell("entail: " + text) }}, nil
}
