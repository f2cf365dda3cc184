package registry

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strings"

	"oras.land/oras-go/v2/registry"
)

// Schemes of references.
const (
	schemeOCI   = "oci"
	schemeHTTPS = "https"
	schemeHTTP  = "http"
)

// Ref names a bundle on a server: oci://host/repository:tag@sha256:…, or
// https://host/path@sha256:….
type Ref struct {
	// Name is all before the digest: what a person calls it.
	Name string
	// Digest is sha256: and 64 hexadecimal digits: of the manifest for oci, of
	// the file for https. Empty where it is not pinned.
	Digest string

	scheme string
	oci    registry.Reference
}

// digestForm is what a digest looks like.
var digestForm = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

// IsDigest says whether a text is a digest as references have it.
func IsDigest(text string) bool { return digestForm.MatchString(text) }

// IsRef says whether a text means something on a server.
func IsRef(text string) bool { return strings.Contains(text, "://") }

// ParseRef reads a reference. Errors say what is wrong with it.
func ParseRef(text string) (Ref, error) {
	ref, err := parseRef(text)
	if err != nil {
		return Ref{}, fmt.Errorf("%q: %w", text, err)
	}
	return ref, nil
}

func parseRef(text string) (Ref, error) {
	ref := Ref{Name: text}
	if at := strings.LastIndex(text, "@"); at >= 0 && strings.Contains(text[at:], ":") && !strings.Contains(text[at:], "/") {
		ref.Name, ref.Digest = text[:at], text[at+1:]
		if !digestForm.MatchString(ref.Digest) {
			return ref, fmt.Errorf("%q is no digest: want sha256: and 64 hexadecimal digits", ref.Digest)
		}
	}
	scheme, rest, _ := strings.Cut(ref.Name, "://")
	ref.scheme = scheme
	switch scheme {
	case schemeOCI:
		oci, err := registry.ParseReference(rest)
		if err != nil {
			return ref, fmt.Errorf("want oci://host/repository:tag: %w", err)
		}
		ref.oci = oci
		return ref, nil
	case schemeHTTPS, schemeHTTP:
		at, err := url.Parse(ref.Name)
		switch {
		case err != nil || at.Host == "" || at.Path == "":
			return ref, errors.New("want an address such as https://host/rules.tar.gz")
		case at.User != nil:
			return ref, errors.New("an address with a password in it: whoever reads it would have the password")
		case at.Fragment != "":
			return ref, errors.New("a digest follows an @, as in https://host/rules.tar.gz@sha256:…")
		case scheme == schemeHTTP && !loopback(at.Host):
			return ref, errors.New("http is for servers on this machine: want https")
		}
		return ref, nil
	}
	return ref, fmt.Errorf("%s:// is not known: want oci:// or https://", scheme)
}

// String is the reference with its digest.
func (r Ref) String() string {
	if r.Digest == "" {
		return r.Name
	}
	return r.Name + "@" + r.Digest
}

// Pinned is the reference with a digest in place of its own.
func (r Ref) Pinned(digest string) Ref {
	r.Digest = digest
	return r
}

// OCI says whether it names something in a registry.
func (r Ref) OCI() bool { return r.scheme == schemeOCI }

// Host is the server that it is on.
func (r Ref) Host() string {
	if r.OCI() {
		return r.oci.Registry
	}
	at, _ := url.Parse(r.Name) // ParseRef has parsed it before
	return at.Host
}

// Base is the last word of the name, without what a tag or a suffix adds.
func (r Ref) Base() string {
	name := r.Name[strings.LastIndex(r.Name, "/")+1:]
	if r.OCI() {
		name = r.oci.Repository[strings.LastIndex(r.oci.Repository, "/")+1:]
	}
	return strings.TrimSuffix(strings.TrimSuffix(name, ".tar.gz"), ".tgz")
}

// loopback says whether a host, with or without a port, is this machine. Docker
// and oras speak plain HTTP with it, and so do we.
func loopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && addr.Unmap().IsLoopback()
}
