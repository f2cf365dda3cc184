package github

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	gh "github.com/google/go-github/v62/github"
)

// Failures that the transport reports in place of an answer.
var (
	errNotGitHub = errors.New("the answer does not come from GitHub: a proxy or a login page may stand before it")
	errElsewhere = errors.New("the server redirects to another host, as GitHub's API never does")
	errHops      = errors.New("the server redirects too often")
	errTooMuch   = fmt.Errorf("the answer is larger than %d MiB", maxBodyBytes>>20)
)

// server is one server with its clients.
type server struct {
	api *url.URL
	// open asks without a token, own with it.
	open, own *http.Client
	agent     string
	token     string
	retries   int
	attempt   time.Duration
	budget    time.Duration
	sleep     func(context.Context, time.Duration) error

	// offline is set once no connection could be made, so that a walk over
	// many repositories does not wait for each of them.
	offline atomic.Pointer[failure]
	// refused is set once the server called the token invalid.
	refused atomic.Bool
	// vouched has the commits, as owner/name@commit, that a branch or a tag of
	// the repository's own led to.
	vouched sync.Map
	// spent is whether the requests are used up.
	spent spent
}

func newServer(one Server, cfg Config) (*server, error) {
	api, err := parseAPI(one)
	if err != nil {
		return nil, err
	}
	// The token itself is not repeated here.
	if strings.ContainsFunc(one.Token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, errors.New("use the GitHub token: it holds a space or another character that no token has")
	}
	s := &server{
		api: api, token: one.Token, retries: cfg.MaxRetries, sleep: cfg.Sleep,
		attempt: orDefault(cfg.Attempt, defaultAttempt), budget: orDefault(cfg.Budget, defaultBudget),
	}
	if s.retries == 0 {
		s.retries = defaultRetries
	}
	if s.sleep == nil {
		s.sleep = sleep
	}
	agent := cfg.UserAgent
	if agent == "" || strings.ContainsFunc(agent, func(r rune) bool { return r < ' ' || r > '~' }) {
		agent = "entail"
	}
	s.agent = agent
	s.open, s.own = newClient(cfg.Client, api, ""), newClient(cfg.Client, api, one.Token)
	return s, nil
}

// NewClient returns a client of go-github for one server that keeps the rules
// of this package: the token goes to the API's own host alone, redirects stay
// there, and no answer is read beyond a bound.
func NewClient(one Server, cfg Config) (*gh.Client, error) {
	s, err := newServer(one, cfg)
	if err != nil {
		return nil, err
	}
	return s.client(true), nil
}

// client returns a client of go-github. It remembers a refusal, and answers in
// the server's place until the time that this one named: what is told of one
// repository would hang on what was asked of another a moment before. Each try
// therefore has a client of its own, and the server minds its limits.
func (s *server) client(token bool) *gh.Client {
	below := s.open
	if token {
		below = s.own
	}
	client := gh.NewClient(below)
	client.BaseURL, client.UserAgent = s.api, s.agent
	return client
}

// parseAPI reads the API's address. The value is not repeated in errors, since
// one with a password in it is among those refused.
func parseAPI(one Server) (*url.URL, error) {
	raw := one.API
	switch {
	case raw == "" && one.Host == "":
		raw = DefaultAPI
	case raw == "":
		raw = "https://" + one.Host + "/api/v3"
	}
	u, err := url.Parse(strings.TrimRight(raw, "/") + "/")
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New("read the address of GitHub's API: want one such as " + DefaultAPI + " or https://host/api/v3")
	case u.User != nil:
		return nil, fmt.Errorf("read the address of GitHub's API at %s: a user name or password in it is not supported; give a token instead", u.Host)
	case u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("read the address of GitHub's API at %s: want no query and no fragment", u.Host)
	}
	return u, nil
}

func newClient(base *http.Client, api *url.URL, token string) *http.Client {
	guarded := &guard{api: api, token: token, next: http.RoundTripper(&http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  20 * time.Second,
		IdleConnTimeout:        60 * time.Second,
		MaxIdleConnsPerHost:    8,
		MaxResponseHeaderBytes: maxHeaderBytes,
		ForceAttemptHTTP2:      true,
	})}
	if base != nil && base.Transport != nil {
		guarded.next = base.Transport
	}
	return &http.Client{Transport: guarded, CheckRedirect: guarded.follow}
}

// guard stands between go-github and the network. go-github's own way to send
// a token adds it to every request, those to other hosts included.
type guard struct {
	api   *url.URL
	token string
	next  http.RoundTripper
}

// own reports whether u is on the API's own host, by no less safe a connection.
func (g *guard) own(u *url.URL) bool {
	return strings.EqualFold(u.Host, g.api.Host) && u.Scheme == g.api.Scheme
}

// follow says which redirects are followed: a renamed repository's.
func (g *guard) follow(next *http.Request, before []*http.Request) error {
	switch {
	case !g.own(next.URL):
		return errElsewhere
	case len(before) >= maxHops:
		return errHops
	}
	return nil
}

// RoundTrip sends one request.
func (g *guard) RoundTrip(req *http.Request) (*http.Response, error) {
	if !g.own(req.URL) {
		return nil, errElsewhere
	}
	if g.token != "" {
		req = req.Clone(req.Context())
		req.Header.Set("Authorization", "Bearer "+g.token)
	}
	resp, err := g.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	limit := int64(maxBodyBytes)
	if resp.StatusCode/100 != 2 {
		limit = maxErrorBytes
	}
	// Whatever stands before GitHub may fail for it; only GitHub may answer.
	failing := resp.StatusCode >= 500 || resp.StatusCode == http.StatusTooManyRequests
	if !failing && resp.Header.Get("X-GitHub-Request-Id") == "" {
		_ = resp.Body.Close()
		if next, err := resp.Location(); err == nil && !g.own(next) {
			return nil, errElsewhere
		}
		return nil, errNotGitHub
	}
	if resp.StatusCode == http.StatusOK && resp.ContentLength > limit {
		_ = resp.Body.Close()
		return nil, errTooMuch
	}
	resp.Body = &limited{resp.Body, limit}
	return resp, nil
}

// limited is a body that fails where it goes on beyond a bound.
type limited struct {
	io.ReadCloser
	left int64
}

// Read reads up to the bound.
func (l *limited) Read(p []byte) (int, error) {
	if l.left < 0 {
		return 0, errTooMuch
	}
	if int64(len(p)) > l.left+1 {
		p = p[:l.left+1]
	}
	n, err := l.ReadCloser.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return n, errTooMuch
	}
	return n, err
}

func orDefault(d, otherwise time.Duration) time.Duration {
	if d <= 0 {
		return otherwise
	}
	return d
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
