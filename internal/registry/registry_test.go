package registry_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/registry/remote"

	"github.com/entail-dev/entail/internal/cache"
	"github.com/entail-dev/entail/internal/registry"
	"github.com/entail-dev/entail/internal/testkit"
)

// docker writes docker's configuration with credentials for hosts, and returns
// the environment that leads to it.
func docker(t testing.TB, hosts ...string) map[string]string {
	t.Helper()
	auths := map[string]any{}
	for _, host := range hosts {
		text := base64.StdEncoding.EncodeToString([]byte(testkit.RegistryUser + ":" + testkit.RegistryPassword))
		auths[host] = map[string]string{"auth": text}
	}
	text, err := json.Marshal(map[string]any{"auths": auths})
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "config.json"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	return map[string]string{"DOCKER_CONFIG": folder}
}

func client(t testing.TB, env map[string]string, cfg registry.Config) *registry.Client {
	t.Helper()
	cfg.Getenv = func(name string) string { return env[name] }
	cfg.UserAgent, cfg.Now = "entail/test", time.Now
	return registry.New(cfg)
}

func ref(t testing.TB, text string) registry.Ref {
	t.Helper()
	r, err := registry.ParseRef(text)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// packed stands for a bundle: the package does not look into it.
var packed = []byte("not really a bundle")

// TestPushAndFetch: what is pushed comes back, with the user's credentials as
// the registry asks for them, and from the cache without a request.
func TestPushAndFetch(t *testing.T) {
	var digests []string
	for _, how := range []testkit.RegistryAuth{testkit.RegistryOpen, testkit.RegistryBasic, testkit.RegistryBearer} {
		server := testkit.NewRegistry(t, how)
		env := docker(t, server.Host())
		name := "oci://" + server.Host() + "/acme/rules:v1"
		store := cache.Open(cache.Config{Dir: t.TempDir()})
		c := client(t, env, registry.Config{Cache: store})
		pinned, err := c.Push(t.Context(), ref(t, name), packed)
		if err != nil {
			t.Fatalf("%s: %v", how, err)
		}
		digests = append(digests, pinned)
		for _, text := range []string{name, name + "@" + pinned, "oci://" + server.Host() + "/acme/rules@" + pinned} {
			got, err := c.Fetch(t.Context(), ref(t, text))
			if err != nil || !bytes.Equal(got.Bundle, packed) || got.Ref.Digest != pinned {
				t.Errorf("%s: %s: %+v, %v", how, text, got, err)
			}
		}
		before := len(server.Requests())
		offline := client(t, nil, registry.Config{Cache: store, Offline: true})
		if got, err := offline.Fetch(t.Context(), ref(t, name+"@"+pinned)); err != nil || !bytes.Equal(got.Bundle, packed) {
			t.Errorf("%s: offline: %v", how, err)
		}
		if _, err := offline.Fetch(t.Context(), ref(t, name)); !errors.Is(err, registry.ErrOffline) {
			t.Errorf("%s: offline, by tag: %v", how, err)
		}
		if _, err := offline.Push(t.Context(), ref(t, name), packed); !errors.Is(err, registry.ErrOffline) {
			t.Errorf("%s: offline: pushed: %v", how, err)
		}
		if len(server.Requests()) != before {
			t.Errorf("%s: offline, and %v came", how, server.Requests()[before:])
		}
		if how == testkit.RegistryOpen && len(server.Authorized()) > 0 {
			t.Errorf("credentials that nobody asked for: %v", server.Authorized())
		}
		stranger := client(t, docker(t), registry.Config{})
		if _, err := stranger.Fetch(t.Context(), ref(t, name)); (how == testkit.RegistryOpen) != (err == nil) || err != nil && !errors.Is(err, registry.ErrUnauthorized) {
			t.Errorf("%s: without credentials: %v", how, err)
		}
		if how != testkit.RegistryOpen {
			if _, err := stranger.Push(t.Context(), ref(t, name), packed); err == nil {
				t.Errorf("%s: pushed without credentials", how)
			}
		}
	}
	if digests[0] != digests[1] || digests[1] != digests[2] {
		t.Errorf("one bundle has several digests: %v", digests)
	}
}

// put writes an artifact as another tool would.
func put(t testing.TB, server *testkit.Registry, tag string, manifest ocispec.Manifest, blobs ...[]byte) string {
	t.Helper()
	repository, err := remote.NewRepository(server.Host() + "/acme/rules")
	if err != nil {
		t.Fatal(err)
	}
	repository.PlainHTTP = true
	for _, blob := range append(blobs, []byte("{}")) {
		desc := ocispec.Descriptor{MediaType: "application/octet-stream", Digest: digest.FromBytes(blob), Size: int64(len(blob))}
		if err := repository.Push(t.Context(), desc, bytes.NewReader(blob)); err != nil {
			t.Fatal(err)
		}
	}
	manifest.SchemaVersion, manifest.MediaType = 2, ocispec.MediaTypeImageManifest
	manifest.Config = ocispec.Descriptor{MediaType: "application/vnd.unknown.config.v1+json", Digest: digest.FromString("{}"), Size: 2}
	text, err := json.Marshal(manifest)
	if err != nil {
		t.Fatal(err)
	}
	desc := ocispec.Descriptor{MediaType: ocispec.MediaTypeImageManifest, Digest: digest.FromBytes(text), Size: int64(len(text))}
	if err := repository.PushReference(t.Context(), desc, bytes.NewReader(text), tag); err != nil {
		t.Fatal(err)
	}
	return string(desc.Digest)
}

func layer(mediaType, title string, body []byte) ocispec.Descriptor {
	return ocispec.Descriptor{
		MediaType: mediaType, Digest: digest.FromBytes(body), Size: int64(len(body)),
		Annotations: map[string]string{ocispec.AnnotationTitle: title},
	}
}

const (
	conftestPolicy = "application/vnd.cncf.openpolicyagent.policy.layer.v1+rego"
	conftestData   = "application/vnd.cncf.openpolicyagent.data.layer.v1+json"
)

// TestLayers: bundles as OPA has them and files as conftest has them are read;
// what is something else is refused, with what it is.
func TestLayers(t *testing.T) {
	server := testkit.NewRegistry(t, testkit.RegistryOpen)
	rule, data, bundle := []byte("package main"), []byte("{}"), []byte("bundle")
	for i, tt := range []struct {
		layers []ocispec.Descriptor
		files  string
		want   string
	}{
		{[]ocispec.Descriptor{layer(conftestPolicy, "policy/deny.rego", rule), layer(conftestData, "/data.json", data)}, "data.json policy/deny.rego", ""},
		{[]ocispec.Descriptor{layer(ocispec.MediaTypeImageLayerGzip, "", bundle)}, "", ""},
		{[]ocispec.Descriptor{layer("application/vnd.docker.image.rootfs.diff.tar.gzip", "", bundle)}, "", ""},
		{[]ocispec.Descriptor{layer("application/vnd.x.model", "m", bundle)}, "", "it holds application/vnd.x.model, which is neither a bundle nor a rule"},
		{[]ocispec.Descriptor{layer(ocispec.MediaTypeImageLayerGzip, "", bundle), layer(ocispec.MediaTypeImageLayerGzip, "", rule)}, "", "several bundles"},
		{[]ocispec.Descriptor{layer(ocispec.MediaTypeImageLayerGzip, "", bundle), layer(conftestPolicy, "a.rego", rule)}, "", "several bundles"},
		{[]ocispec.Descriptor{layer(conftestPolicy, "../a.rego", rule)}, "", `"../a.rego" is no path below the bundle's root`},
		{[]ocispec.Descriptor{layer(conftestPolicy, "//a.rego", rule)}, "", `is no path below the bundle's root`},
		{[]ocispec.Descriptor{layer(conftestPolicy, `a\..\b.rego`, rule)}, "", `is no path below the bundle's root`},
		{[]ocispec.Descriptor{layer(conftestPolicy, "", rule)}, "", `"" is no path`},
		{[]ocispec.Descriptor{layer(conftestPolicy, "a.rego", rule), layer(conftestPolicy, "a.rego", data)}, "", `"a.rego" is there twice`},
		{[]ocispec.Descriptor{{MediaType: conftestPolicy, Digest: digest.FromBytes(rule), Size: 1 << 40, Annotations: map[string]string{ocispec.AnnotationTitle: "a.rego"}}}, "", "larger than 32 MiB"},
		{[]ocispec.Descriptor{{MediaType: conftestPolicy, Digest: digest.SHA512.FromBytes(rule), Size: 12, Annotations: map[string]string{ocispec.AnnotationTitle: "a.rego"}}}, "", "no digest of SHA-256"},
		{nil, "", "it has 0 layers"},
	} {
		tag := fmt.Sprintf("v%d", i)
		manifest := ocispec.Manifest{Layers: tt.layers}
		// The registry wants to have the layers; this one takes a manifest
		// whatever it lists.
		put(t, server, tag, manifest, rule, data, bundle)
		got, err := client(t, nil, registry.Config{}).Fetch(t.Context(), ref(t, "oci://"+server.Host()+"/acme/rules:"+tag))
		if tt.want != "" {
			if err == nil || !errors.Is(err, registry.ErrContent) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%s: got %v, want %q in it", tag, err, tt.want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", tag, err)
			continue
		}
		var names []string
		for name := range got.Files {
			names = append(names, name)
		}
		slices.Sort(names)
		if strings.Join(names, " ") != tt.files || (got.Bundle != nil) != (tt.files == "") {
			t.Errorf("%s: files %v, bundle %q", tag, names, got.Bundle)
		}
	}
}

// TestWrongAnswers: what does not fit its digest is not taken, whoever says so.
func TestWrongAnswers(t *testing.T) {
	server := testkit.NewRegistry(t, testkit.RegistryOpen)
	name := "oci://" + server.Host() + "/acme/rules:v1"
	c := client(t, nil, registry.Config{})
	pinned, err := c.Push(t.Context(), ref(t, name), packed)
	if err != nil {
		t.Fatal(err)
	}
	fetch := func(text string) error {
		_, err := client(t, nil, registry.Config{}).Fetch(t.Context(), ref(t, text))
		return err
	}
	if err := fetch(name + "@sha256:" + strings.Repeat("0", 64)); !errors.Is(err, registry.ErrNotFound) {
		t.Errorf("another digest: %v", err)
	}
	if err := fetch("oci://" + server.Host() + "/acme/nothing:v1"); !errors.Is(err, registry.ErrNotFound) {
		t.Errorf("another name: %v", err)
	}
	for what, body := range map[string]string{"/manifests/": `{"schemaVersion": 2}`, "/blobs/": "another bundle here"} {
		server.Before(func(w http.ResponseWriter, req *http.Request) bool {
			if req.Method != http.MethodGet || !strings.Contains(req.URL.Path, what) {
				return false
			}
			w.Header().Set("Content-Type", ocispec.MediaTypeImageManifest)
			w.Header().Set("Docker-Content-Digest", pinned)
			fmt.Fprint(w, body)
			return true
		})
		if err := fetch(name + "@" + pinned); err == nil {
			t.Errorf("%s: other bytes were taken", what)
		}
	}
	server.Before(nil)
	if err := fetch(name + "@" + pinned); err != nil {
		t.Error(err)
	}
	// A cache that says another thing is not believed.
	store := cache.Open(cache.Config{Dir: t.TempDir()})
	store.Put(cache.Entry{Key: []string{"policy", pinned}, Fetched: time.Now()}, []byte("something else"))
	if _, err := client(t, nil, registry.Config{Cache: store, Offline: true}).Fetch(t.Context(), ref(t, name+"@"+pinned)); !errors.Is(err, registry.ErrOffline) {
		t.Errorf("from a cache that was changed: %v", err)
	}
}

// TestCredentialsStay: a password and a token go to the registry that they are
// for, whatever it redirects to: not to another host, nor to one below it, nor
// to another port.
func TestCredentialsStay(t *testing.T) {
	var got []string
	other := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		for _, name := range []string{"Authorization", "Cookie"} {
			got = append(got, req.Header.Get(name))
		}
		w.Write(packed)
	}))
	defer other.Close()
	const host = "registry.example"
	for _, how := range []testkit.RegistryAuth{testkit.RegistryBasic, testkit.RegistryBearer} {
		for _, to := range []string{"https://blobs.example/b", "https://blobs." + host + "/b", "https://" + host + ":8443/b"} {
			server := testkit.NewRegistry(t, how)
			server.URL = "https://" + host // where it gives tokens
			secure := httptest.NewTLSServer(server.Config.Handler)
			defer secure.Close()
			transport := other.Client().Transport.(*http.Transport).Clone()
			transport.TLSClientConfig.InsecureSkipVerify = true
			transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
				at := other.Listener.Addr().String()
				if addr == host+":443" {
					at = secure.Listener.Addr().String()
				}
				return new(net.Dialer).DialContext(ctx, network, at)
			}
			env := docker(t, host, host+":8443", "blobs.example", "blobs."+host)
			c := client(t, env, registry.Config{Transport: transport})
			name := "oci://" + host + "/acme/rules:v1"
			if _, err := c.Push(t.Context(), ref(t, name), packed); err != nil {
				t.Fatal(err)
			}
			server.Before(func(w http.ResponseWriter, req *http.Request) bool {
				if req.Method != http.MethodGet || !strings.Contains(req.URL.Path, "/blobs/") || req.Header.Get("Authorization") == "" {
					return false
				}
				http.Redirect(w, req, to, http.StatusTemporaryRedirect)
				return true
			})
			got = nil
			if _, err := c.Fetch(t.Context(), ref(t, name)); err != nil {
				t.Fatal(err)
			}
			if len(got) == 0 || strings.Join(got, "") != "" {
				t.Errorf("%s: %s was sent %q", how, to, got)
			}
		}
	}
}

// TestNoPlainText: without TLS nothing is asked but this machine, neither by
// name nor by a redirect.
func TestNoPlainText(t *testing.T) {
	for _, text := range []string{"http://rules.example/r.tar.gz", "http://127.0.0.1.example/r.tar.gz"} {
		if _, err := registry.ParseRef(text); err == nil || !strings.Contains(err.Error(), "want https") {
			t.Errorf("%s: %v", text, err)
		}
	}
	server := httptest.NewServer(http.RedirectHandler("http://rules.example/r.tar.gz", http.StatusFound))
	defer server.Close()
	_, err := client(t, nil, registry.Config{}).Fetch(t.Context(), ref(t, server.URL+"/r.tar.gz"))
	if err == nil || !strings.Contains(err.Error(), "rules.example asks for a connection without TLS") {
		t.Errorf("a redirect: %v", err)
	}
}

// TestFetchFile: what a web server has is taken by its digest.
func TestFetchFile(t *testing.T) {
	requests := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		requests++
		switch req.URL.Path {
		case "/rules.tar.gz":
			w.Write(packed)
		case "/moved.tar.gz":
			http.Redirect(w, req, "/rules.tar.gz", http.StatusMovedPermanently)
		case "/round.tar.gz":
			http.Redirect(w, req, "/round.tar.gz", http.StatusFound)
		case "/private.tar.gz":
			w.WriteHeader(http.StatusForbidden)
		case "/large.tar.gz":
			w.Write(make([]byte, registry.MaxBytes+1))
		case "/broken.tar.gz":
			w.WriteHeader(http.StatusBadGateway)
		default:
			http.NotFound(w, req)
		}
	}))
	defer server.Close()
	sum := registry.DigestOf(packed)
	store := cache.Open(cache.Config{Dir: t.TempDir()})
	c := client(t, nil, registry.Config{Cache: store})
	for path, want := range map[string]error{
		"/rules.tar.gz": nil, "/moved.tar.gz": nil, "/private.tar.gz": registry.ErrUnauthorized, "/nothing.tar.gz": registry.ErrNotFound,
		"/large.tar.gz": registry.ErrContent, "/rules.tar.gz@sha256:" + strings.Repeat("1", 64): registry.ErrDigest,
	} {
		got, err := c.Fetch(t.Context(), ref(t, server.URL+path))
		if !errors.Is(err, want) || want == nil && (err != nil || got.Ref.Digest != sum || !bytes.Equal(got.Bundle, packed)) {
			t.Errorf("%s: %+v, %v, want %v", path, got, err, want)
		}
	}
	for path, want := range map[string]string{"/round.tar.gz": "more than 5 redirects", "/broken.tar.gz": "answered 502"} {
		if _, err := c.Fetch(t.Context(), ref(t, server.URL+path)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q in it", path, err, want)
		}
	}
	before := requests
	if _, err := c.Fetch(t.Context(), ref(t, server.URL+"/rules.tar.gz@"+sum)); err != nil || requests != before {
		t.Errorf("kept: %v, %d requests", err, requests-before)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Fetch(ended, ref(t, server.URL+"/rules.tar.gz")); !errors.Is(err, context.Canceled) {
		t.Errorf("a run that ended: %v", err)
	}
}

// TestParseRef: a reference reads as it is written, or says what it lacks.
func TestParseRef(t *testing.T) {
	sum := "sha256:" + strings.Repeat("a", 64)
	for text, want := range map[string]struct{ name, digest, base, host string }{
		"oci://ghcr.io/acme/rules:v1":           {"oci://ghcr.io/acme/rules:v1", "", "rules", "ghcr.io"},
		"oci://ghcr.io/acme/rules:v1@" + sum:    {"oci://ghcr.io/acme/rules:v1", sum, "rules", "ghcr.io"},
		"oci://localhost:5000/rules@" + sum:     {"oci://localhost:5000/rules", sum, "rules", "localhost:5000"},
		"https://h.example/a/r.tar.gz@" + sum:   {"https://h.example/a/r.tar.gz", sum, "r", "h.example"},
		"https://h.example/@acme/r.tgz":         {"https://h.example/@acme/r.tgz", "", "r", "h.example"},
		"http://localhost:8080/r.tar.gz@" + sum: {"http://localhost:8080/r.tar.gz", sum, "r", "localhost:8080"},
		"http://[::1]:80/r.tar.gz":              {"http://[::1]:80/r.tar.gz", "", "r", "[::1]:80"},
	} {
		got, err := registry.ParseRef(text)
		if err != nil || got.Name != want.name || got.Digest != want.digest || got.String() != text || got.Base() != want.base || got.Host() != want.host {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	for text, want := range map[string]string{
		"oci://rules":                            "want oci://host/repository:tag",
		"oci://h/Rules":                          "want oci://host/repository:tag",
		"oci://h/r@sha256:abc":                   `"sha256:abc" is no digest`,
		"https://h.example/r@sha512:abc":         `"sha512:abc" is no digest`,
		"https://h.example/r.tar.gz#" + sum:      "a digest follows an @",
		"https://user:secret@h.example/r.tar.gz": "an address with a password in it",
		"https://":                               "want an address",
		"git://h/r":                              "git:// is not known",
	} {
		if _, err := registry.ParseRef(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q in it", text, err, want)
		}
	}
}

// FuzzParseRef: a reference that reads is the one that was written.
func FuzzParseRef(f *testing.F) {
	f.Add("oci://ghcr.io/acme/rules:v1@sha256:" + strings.Repeat("0", 64))
	f.Add("https://h.example/r.tar.gz")
	f.Fuzz(func(t *testing.T, text string) {
		if got, err := registry.ParseRef(text); err == nil && got.String() != text {
			t.Errorf("%q reads as %q", text, got)
		}
	})
}
