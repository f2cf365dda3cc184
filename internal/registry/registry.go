// Package registry fetches bundles of rules from OCI registries and web
// servers, and pushes them to registries.
//
// What is fetched is held to its digest and bounded, and is kept in the cache
// under the digest, so that it needs no network the next time. The package
// reads no rule, unpacks nothing and writes nothing but the cache. Credentials
// are the user's own for docker, and go to the host that they are for.
package registry

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"oras.land/oras-go/v2/registry/remote"
	"oras.land/oras-go/v2/registry/remote/auth"
	"oras.land/oras-go/v2/registry/remote/credentials"
	"oras.land/oras-go/v2/registry/remote/errcode"

	"github.com/entail-dev/entail/internal/cache"
)

// Bounds of what is fetched.
const (
	// MaxBytes bounds one file.
	MaxBytes     = 32 << 20
	maxTotal     = 64 << 20 // all files of one reference
	maxLayers    = 2_000
	maxManifest  = 4 << 20
	maxRedirects = 5
	wholeTime    = 3 * time.Minute
	headerTime   = 30 * time.Second
)

// Errors that callers tell apart.
var (
	// ErrOffline says that a bundle is not kept and the run has no network.
	ErrOffline = errors.New("it is not kept from an earlier run, and this one is offline")
	// ErrNoDigest says that a reference may mean another thing tomorrow.
	ErrNoDigest = errors.New("it has no digest")
	// ErrDigest says that what came is not what was pinned.
	ErrDigest = errors.New("not what was pinned")
	// ErrContent says that what was found is no bundle of rules.
	ErrContent = errors.New("no bundle of rules")
	// ErrUnauthorized says that the server wants credentials, or others.
	ErrUnauthorized = errors.New("the server wants other credentials")
	// ErrNotFound says that the server has nothing of that name.
	ErrNotFound = errors.New("there is nothing of that name")
)

// Config says how servers are reached.
type Config struct {
	// Getenv reads the environment: DOCKER_CONFIG, or HOME, says where docker
	// keeps its credentials.
	Getenv    func(string) string
	UserAgent string
	// Offline opens no connection.
	Offline bool
	// Cache keeps what was fetched; nil for none.
	Cache *cache.Store
	// Transport carries requests; nil for one with time limits.
	Transport http.RoundTripper
	Now       func() time.Time
}

// Client fetches and pushes. It is safe for concurrent use.
type Client struct {
	cfg  Config
	http *http.Client
}

// New makes a client. It opens no connection and reads no file.
func New(cfg Config) *Client {
	transport := cfg.Transport
	if transport == nil {
		transport = &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: headerTime}).DialContext,
			TLSHandshakeTimeout:   headerTime,
			ResponseHeaderTimeout: headerTime,
			IdleConnTimeout:       headerTime,
			ForceAttemptHTTP2:     true,
		}
	}
	return &Client{cfg: cfg, http: &http.Client{Transport: guard{transport}, CheckRedirect: follow}}
}

// Fetched is what a reference means.
type Fetched struct {
	// Ref has the digest of what was fetched.
	Ref Ref
	// Bundle is a .tar.gz; nil where the files lie in the registry one by one,
	// as conftest puts them.
	Bundle []byte
	Files  map[string][]byte
}

// Fetch reads a bundle: from the cache where its digest is known and kept
// there, else from its server. What does not fit the digest is ErrDigest.
func (c *Client) Fetch(ctx context.Context, ref Ref) (*Fetched, error) {
	ctx, cancel := context.WithTimeout(ctx, wholeTime)
	defer cancel()
	fetch := c.fetchFile
	if ref.OCI() {
		fetch = c.fetchArtifact
	}
	fetched, err := fetch(ctx, ref)
	if err != nil {
		return nil, fmt.Errorf("fetch %s: %w", ref, plain(err))
	}
	return fetched, nil
}

// Digest asks the server what a reference means now.
func (c *Client) Digest(ctx context.Context, ref Ref) (string, error) {
	fetched, err := c.Fetch(ctx, ref.Pinned(""))
	if err != nil {
		return "", err
	}
	return fetched.Ref.Digest, nil
}

// kept is what the cache holds under a digest, checked.
func (c *Client) kept(digest string) ([]byte, bool) {
	if digest == "" {
		return nil, false
	}
	_, body, ok := c.cfg.Cache.Get("policy", digest)
	return body, ok && DigestOf(body) == digest
}

func (c *Client) keep(digest string, body []byte) {
	c.cfg.Cache.Put(cache.Entry{Key: []string{"policy", digest}, Fetched: c.cfg.Now().UTC()}, body)
}

// DigestOf is the digest of a text, as references have it.
func DigestOf(body []byte) string {
	sum := sha256.Sum256(body)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// repository prepares to ask a registry, with the credentials that docker has
// for its host.
func (c *Client) repository(ref Ref) (*remote.Repository, error) {
	repository := &remote.Repository{
		Reference: ref.oci, PlainHTTP: loopback(ref.oci.Registry), MaxMetadataBytes: maxManifest,
	}
	client := &auth.Client{Client: c.http, Cache: auth.NewCache(), Header: http.Header{"User-Agent": {c.cfg.UserAgent}}}
	if repository.PlainHTTP {
		// Its tokens may come from this machine, too.
		client.BlockedRealmPrefixes = []netip.Prefix{}
	}
	if path := c.dockerConfig(); path != "" {
		store, err := credentials.NewStore(path, credentials.StoreOptions{})
		if err != nil {
			return nil, fmt.Errorf("read docker's credentials: %w", err)
		}
		client.Credential = credentials.Credential(store)
	}
	repository.Client = client
	return repository, nil
}

// dockerConfig is where docker keeps its credentials; empty where nothing says.
func (c *Client) dockerConfig() string {
	const name = "config.json"
	if folder := c.cfg.Getenv("DOCKER_CONFIG"); folder != "" {
		return filepath.Join(folder, name)
	}
	for _, home := range []string{"HOME", "USERPROFILE"} {
		if folder := c.cfg.Getenv(home); folder != "" {
			return filepath.Join(folder, ".docker", name)
		}
	}
	return ""
}

// guard lets nothing out in the clear but to this machine.
type guard struct{ next http.RoundTripper }

// RoundTrip refuses, or passes on.
func (g guard) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Scheme != schemeHTTPS && !(req.URL.Scheme == schemeHTTP && loopback(req.URL.Host)) {
		return nil, fmt.Errorf("%s asks for a connection without TLS, which entail does not open", req.URL.Host)
	}
	return g.next.RoundTrip(req)
}

// follow follows a few redirects. Credentials are left behind where the host
// changes: oras sees to that.
func follow(req *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return fmt.Errorf("more than %d redirects", maxRedirects)
	}
	if req.URL.User != nil {
		return errors.New("a redirect to an address with a password in it")
	}
	return nil
}

// plain says what went wrong in words that hold no address but the host's.
func plain(err error) error {
	if status, ok := errors.AsType[*errcode.ErrorResponse](err); ok {
		return statusError(status.URL.Host, status.StatusCode, err)
	}
	if errors.Is(err, auth.ErrBasicCredentialNotFound) {
		return fmt.Errorf("%w: docker has none for it", ErrUnauthorized)
	}
	if failed, ok := errors.AsType[*url.Error](err); ok {
		err = failed.Err
	}
	if failed, ok := errors.AsType[*net.OpError](err); ok && failed.Op == "dial" {
		err = fmt.Errorf("no connection to %s: %w", failed.Addr, failed.Err)
	}
	if errors.Is(err, context.DeadlineExceeded) || os.IsTimeout(err) {
		return fmt.Errorf("the server did not answer in time: %w", err)
	}
	return err
}

func statusError(host string, status int, cause error) error {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return fmt.Errorf("%w: %s answered %d", ErrUnauthorized, host, status)
	case http.StatusNotFound:
		return fmt.Errorf("%w: %s answered %d", ErrNotFound, host, status)
	}
	if cause != nil {
		return cause
	}
	return fmt.Errorf("%s answered %d", host, status)
}
