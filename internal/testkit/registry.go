package testkit

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"
)

// Credentials that a Registry with a password takes, and the token that it
// gives for them.
const (
	RegistryUser     = "somebody"
	RegistryPassword = "opensesame"
	registryToken    = "a-token-of-the-registry"
)

// RegistryAuth is how a Registry wants to be asked.
type RegistryAuth string

// The ways that registries have.
const (
	RegistryOpen  RegistryAuth = ""
	RegistryBasic RegistryAuth = "basic"
	// RegistryBearer gives a token for the password, as the large ones do.
	RegistryBearer RegistryAuth = "bearer"
)

// Registry is an OCI registry on loopback, that of go-containerregistry, which
// holds what is pushed in memory.
type Registry struct {
	*httptest.Server
	auth RegistryAuth

	mu sync.Mutex
	// requests are the methods and paths that came, and authorized the headers
	// that some of them had.
	requests, authorized []string
	// before, where set, answers in place of the registry where it says so.
	before func(http.ResponseWriter, *http.Request) bool
}

// NewRegistry starts a registry that ends with the test.
func NewRegistry(t testing.TB, auth RegistryAuth) *Registry {
	r := StartRegistry(auth)
	t.Cleanup(r.Close)
	return r
}

// StartRegistry starts a registry that the caller closes.
func StartRegistry(auth RegistryAuth) *Registry {
	r := &Registry{auth: auth}
	inner := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.mu.Lock()
		r.requests = append(r.requests, req.Method+" "+req.URL.Path)
		if header := req.Header.Get("Authorization"); header != "" {
			r.authorized = append(r.authorized, header)
		}
		before := r.before
		r.mu.Unlock()
		if before != nil && before(w, req) || !r.admit(w, req) {
			return
		}
		inner.ServeHTTP(w, req)
	}))
	return r
}

// Host is the registry's name in references.
func (r *Registry) Host() string { return strings.TrimPrefix(r.URL, "http://") }

// Before has f answer first; where it returns false, the registry answers.
func (r *Registry) Before(f func(http.ResponseWriter, *http.Request) bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.before = f
}

// Requests are the methods and paths that came so far.
func (r *Registry) Requests() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.requests...)
}

// Authorized are the credentials that came so far.
func (r *Registry) Authorized() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.authorized...)
}

// admit asks for credentials as registries do.
func (r *Registry) admit(w http.ResponseWriter, req *http.Request) bool {
	user, password, _ := req.BasicAuth()
	known := user == RegistryUser && password == RegistryPassword
	var challenge string
	switch {
	case r.auth == RegistryOpen || r.auth == RegistryBasic && known,
		r.auth == RegistryBearer && req.Header.Get("Authorization") == "Bearer "+registryToken:
		return true
	case r.auth == RegistryBearer && req.URL.Path == "/token":
		if !known {
			w.WriteHeader(http.StatusUnauthorized)
			return false
		}
		fmt.Fprintf(w, `{"token": %q, "expires_in": 300}`, registryToken)
		return false
	case r.auth == RegistryBasic:
		challenge = `Basic realm="registry"`
	default:
		scope := "pull"
		if req.Method != http.MethodGet && req.Method != http.MethodHead {
			scope = "pull,push"
		}
		challenge = fmt.Sprintf(`Bearer realm="%s/token",service="registry",scope="repository:%s:%s"`, r.URL, repositoryOf(req.URL.Path), scope)
	}
	w.Header().Set("WWW-Authenticate", challenge)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusUnauthorized)
	fmt.Fprint(w, `{"errors": [{"code": "UNAUTHORIZED", "message": "authentication required"}]}`)
	return false
}

// repositoryOf is the repository that a path of the registry's API is about.
func repositoryOf(path string) string {
	path = strings.TrimPrefix(path, "/v2/")
	for _, part := range []string{"/manifests/", "/blobs/", "/tags/"} {
		if at := strings.Index(path, part); at >= 0 {
			return path[:at]
		}
	}
	return path
}
