package registry

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2"
	"oras.land/oras-go/v2/content"
	"oras.land/oras-go/v2/content/file"
	"oras.land/oras-go/v2/errdef"
	"oras.land/oras-go/v2/registry/remote"
)

// Media types of layers: a whole bundle as OPA fetches it
// (openpolicyagent.org, "OCI Registry"), and files as conftest pushes them.
const (
	bundleLayer = ocispec.MediaTypeImageLayerGzip
	dockerLayer = "application/vnd.docker.image.rootfs.diff.tar.gzip"
	policyLayer = "application/vnd.cncf.openpolicyagent.policy.layer.v1+rego"
	dataLayer   = "application/vnd.cncf.openpolicyagent.data.layer.v1+json"
)

// dockerManifest is what registries of docker's call a manifest.
const dockerManifest = "application/vnd.docker.distribution.manifest.v2+json"

// fetchArtifact reads a bundle from a registry.
func (c *Client) fetchArtifact(ctx context.Context, ref Ref) (*Fetched, error) {
	if text, ok := c.kept(ref.Digest); ok {
		fetched, err := c.layers(ctx, nil, ref, text)
		if err == nil || c.cfg.Offline {
			return fetched, err
		}
	}
	if c.cfg.Offline {
		return nil, ErrOffline
	}
	repository, err := c.repository(ref)
	if err != nil {
		return nil, err
	}
	asked := ref.Digest
	if asked == "" {
		asked = ref.oci.ReferenceOrDefault()
	}
	found, err := repository.Resolve(ctx, asked)
	if err != nil {
		return nil, missing(err)
	}
	if found.MediaType != ocispec.MediaTypeImageManifest && found.MediaType != dockerManifest {
		return nil, fmt.Errorf("%w: it is %s; name the manifest of a bundle", ErrContent, found.MediaType)
	}
	if found.Size > maxManifest {
		return nil, fmt.Errorf("%w: its manifest is larger than %d MiB", ErrContent, maxManifest>>20)
	}
	text, err := content.FetchAll(ctx, repository, found)
	if err != nil {
		return nil, missing(err)
	}
	// What answers for the digest must be what has it.
	if got := DigestOf(text); ref.Digest != "" && got != ref.Digest {
		return nil, fmt.Errorf("%w: the registry has %s now", ErrDigest, got)
	}
	ref = ref.Pinned(DigestOf(text))
	fetched, err := c.layers(ctx, repository, ref, text)
	if err == nil {
		c.keep(ref.Digest, text)
	}
	return fetched, err
}

// missing tells what is not there from what could not be read.
func missing(err error) error {
	if errors.Is(err, errdef.ErrNotFound) {
		return ErrNotFound
	}
	return err
}

// layers reads what a manifest lists; from the cache alone where repository is
// nil.
func (c *Client) layers(ctx context.Context, repository *remote.Repository, ref Ref, text []byte) (*Fetched, error) {
	var manifest ocispec.Manifest
	if err := json.Unmarshal(text, &manifest); err != nil {
		return nil, fmt.Errorf("%w: its manifest: %v", ErrContent, err)
	}
	if err := policies(manifest.Layers); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrContent, err)
	}
	fetched := &Fetched{Ref: ref}
	for _, layer := range manifest.Layers {
		body, err := c.blob(ctx, repository, layer)
		if err != nil {
			return nil, err
		}
		if isBundle(layer.MediaType) {
			fetched.Bundle = body
			continue
		}
		if fetched.Files == nil {
			fetched.Files = map[string][]byte{}
		}
		fetched.Files[title(layer)] = body
	}
	return fetched, nil
}

// policies says what is wrong with the layers of something that is no bundle.
func policies(layers []ocispec.Descriptor) error {
	bundles, total := 0, int64(0)
	names := map[string]bool{}
	for _, layer := range layers {
		name := title(layer)
		total += max(layer.Size, 0)
		switch {
		case !IsDigest(string(layer.Digest)):
			return fmt.Errorf("%q has no digest of SHA-256", name)
		case layer.Size < 0 || layer.Size > MaxBytes || total > maxTotal:
			return fmt.Errorf("%q is larger than %d MiB, or all of it than %d", name, MaxBytes>>20, maxTotal>>20)
		case isBundle(layer.MediaType):
			bundles++
			continue
		case !slices.Contains([]string{policyLayer, dataLayer}, layer.MediaType):
			return fmt.Errorf("it holds %s, which is neither a bundle nor a rule", layer.MediaType)
		case !fs.ValidPath(name) || name == "." || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == '\\' || r == ':' || r == 0x7f }):
			return fmt.Errorf("%q is no path below the bundle's root", name)
		case names[name]:
			return fmt.Errorf("%q is there twice", name)
		}
		names[name] = true
	}
	switch {
	case len(layers) == 0 || len(layers) > maxLayers:
		return fmt.Errorf("it has %d layers, want one to %d", len(layers), maxLayers)
	case bundles > 1 || bundles == 1 && len(names) > 0:
		return errors.New("it holds several bundles; which of them holds is not said")
	}
	return nil
}

func isBundle(mediaType string) bool { return mediaType == bundleLayer || mediaType == dockerLayer }

// title is the path that a file had when it was pushed.
func title(layer ocispec.Descriptor) string {
	return strings.TrimPrefix(strings.TrimPrefix(layer.Annotations[ocispec.AnnotationTitle], "./"), "/")
}

// blob reads one file by its digest.
func (c *Client) blob(ctx context.Context, repository *remote.Repository, layer ocispec.Descriptor) ([]byte, error) {
	if body, ok := c.kept(string(layer.Digest)); ok {
		return body, nil
	}
	if repository == nil {
		return nil, ErrOffline
	}
	body, err := content.FetchAll(ctx, repository.Blobs(), layer)
	if err != nil {
		return nil, missing(err)
	}
	c.keep(string(layer.Digest), body)
	return body, nil
}

// Push puts a bundle into a registry under the reference's tag, and returns the
// digest of its manifest. The same bundle has the same digest everywhere.
func (c *Client) Push(ctx context.Context, ref Ref, packed []byte) (string, error) {
	if c.cfg.Offline {
		return "", fmt.Errorf("push to %s: %w", ref, ErrOffline)
	}
	ctx, cancel := context.WithTimeout(ctx, wholeTime)
	defer cancel()
	repository, err := c.repository(ref)
	if err != nil {
		return "", fmt.Errorf("push to %s: %w", ref, err)
	}
	found, err := push(ctx, repository, ref, packed)
	if err != nil {
		return "", fmt.Errorf("push to %s: %w", ref, plain(err))
	}
	return string(found.Digest), nil
}

func push(ctx context.Context, repository *remote.Repository, ref Ref, packed []byte) (found ocispec.Descriptor, err error) {
	config := descriptor(ocispec.MediaTypeImageConfig, []byte("{}"))
	layer := descriptor(bundleLayer, packed)
	// oras, and so conftest, unpacks it into the folder that it pulls to.
	layer.Annotations = map[string]string{ocispec.AnnotationTitle: ".", file.AnnotationUnpack: "true"}
	if err := repository.Push(ctx, config, bytes.NewReader([]byte("{}"))); err != nil {
		return found, err
	}
	if err := repository.Push(ctx, layer, bytes.NewReader(packed)); err != nil {
		return found, err
	}
	// The time may be any, and is always the same.
	annotations := map[string]string{ocispec.AnnotationCreated: "1970-01-01T00:00:00Z"}
	found, err = oras.PackManifest(ctx, repository, oras.PackManifestVersion1_0, "", oras.PackManifestOptions{
		Layers: []ocispec.Descriptor{layer}, ConfigDescriptor: &config, ManifestAnnotations: annotations,
	})
	if err != nil {
		return found, err
	}
	return found, repository.Tag(ctx, found, ref.oci.ReferenceOrDefault())
}

func descriptor(mediaType string, body []byte) ocispec.Descriptor {
	return ocispec.Descriptor{MediaType: mediaType, Digest: digest.FromBytes(body), Size: int64(len(body))}
}
