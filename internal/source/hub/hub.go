// Package hub reads repositories from a Hugging Face Hub over HTTP.
//
// Whatever the server does (refuse, redirect, stall, lie about a length,
// answer in HTML) ends as the state of a snapshot with one sentence for a
// person, never as an error or a panic: the only error is that of a context
// that ended. The token goes to the endpoint's own host and nowhere else, and
// never into a message. The package reads no environment, writes nothing, and
// asks nothing that its caller did not name.
package hub

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/entail-dev/entail/internal/cache"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

// DefaultEndpoint is the Hub that is asked where no other is configured.
const DefaultEndpoint = "https://huggingface.co"

// name is the word that outputs use for this source.
const name = "hub"

// Defaults of Config, and bounds on what is read.
const (
	defaultRetries = 4
	defaultAttempt = 30 * time.Second
	defaultBudget  = 60 * time.Second
	maxInfoBytes   = 8 << 20
	maxErrorBytes  = 64 << 10
	maxHeaderBytes = 256 << 10
	maxHops        = 6
)

// Config says which Hub to ask, and how patiently. Its zero value asks the
// default endpoint without a token.
type Config struct {
	// Endpoint is the Hub's http or https address; DefaultEndpoint if empty.
	Endpoint string
	// Token is sent to the endpoint's host alone; empty for none.
	Token string
	// UserAgent is the header of that name; "entail" if empty.
	UserAgent string
	// Client makes the requests. Redirects are followed here, never by it.
	// Nil for one that takes proxies from the environment, gives a connection
	// 5 s and the head of an answer 20 s.
	Client *http.Client
	// MaxRetries is how often one request is sent again after a failure that
	// may pass; 0 for 4, negative for never.
	MaxRetries int
	// Attempt bounds one try, redirects and body included; 0 for 30 s.
	Attempt time.Duration
	// Budget bounds one Fetch or Read with all tries and waits; 0 for 60 s.
	Budget time.Duration
	// Sleep waits between tries; nil for the real clock. It returns early,
	// with the context's error, where the context ends.
	Sleep func(context.Context, time.Duration) error
	// Now is the clock that the windows of rate limits are measured by, and
	// that dates what is kept; nil for the real one.
	Now func() time.Time
	// Waiting, where set, is told once for each spent window that requests
	// wait for its end, and how long. It may be called from any goroutine.
	Waiting func(time.Duration)
	// Cache keeps answers from one run to the next; nil for none.
	Cache *cache.Store
}

// Source is a Hub. It is safe for concurrent use.
type Source struct {
	endpoint  *url.URL
	token     string
	userAgent string
	client    *http.Client
	retries   int
	attempt   time.Duration
	budget    time.Duration
	sleep     func(context.Context, time.Duration) error
	now       func() time.Time
	waiting   func(time.Duration)
	quota     quota
	cache     *cache.Store

	// offline is set once no connection could be made, so that a walk over
	// hundreds of models does not wait for each of them.
	offline atomic.Pointer[failure]
	// refused is set once the Hub called the token invalid. From then on it
	// is asked without, which saves every other request of the walk.
	refused atomic.Bool
}

var _ source.Source = (*Source)(nil)

// New checks the configuration and returns its Hub. It opens no connection.
func New(cfg Config) (*Source, error) {
	endpoint, err := parseEndpoint(cfg.Endpoint)
	if err != nil {
		return nil, err
	}
	// A token of other bytes would fail each request with a message that is
	// none of the Hub's; the token itself is not repeated here.
	if !visible(cfg.Token) {
		return nil, errors.New("use the Hub token: it holds a space or another character that no token has")
	}
	s := &Source{
		endpoint:  endpoint,
		token:     cfg.Token,
		userAgent: cfg.UserAgent,
		client:    redirectless(cfg.Client),
		retries:   cfg.MaxRetries,
		attempt:   orDefault(cfg.Attempt, defaultAttempt),
		budget:    orDefault(cfg.Budget, defaultBudget),
		sleep:     cfg.Sleep,
		now:       cfg.Now,
		waiting:   cfg.Waiting,
		cache:     cfg.Cache,
	}
	if s.retries == 0 {
		s.retries = defaultRetries
	}
	if s.userAgent == "" || !visible(strings.ReplaceAll(s.userAgent, " ", "")) {
		s.userAgent = "entail"
	}
	if s.sleep == nil {
		s.sleep = sleep
	}
	if s.now == nil {
		s.now = time.Now
	}
	s.quota = quota{now: s.now, windows: map[string]*window{}}
	return s, nil
}

// parseEndpoint reads the endpoint's address. The value is not repeated in
// errors, since one with a password in it is among those refused.
func parseEndpoint(raw string) (*url.URL, error) {
	if raw == "" {
		raw = DefaultEndpoint
	}
	u, err := url.Parse(strings.TrimRight(raw, "/"))
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New("read the Hub endpoint: want an address such as " + DefaultEndpoint)
	case u.User != nil:
		return nil, fmt.Errorf("read the Hub endpoint %s: a user name or password in it is not supported; give a token instead", u.Host)
	case u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("read the Hub endpoint %s: want no query and no fragment", u.Host)
	}
	return u, nil
}

// redirectless returns a copy of c that reports redirects instead of following
// them: where the token may go is decided in this package.
func redirectless(c *http.Client) *http.Client {
	var own http.Client
	if c != nil {
		own = *c
	} else {
		own.Transport = &http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			DialContext:            (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
			TLSHandshakeTimeout:    10 * time.Second,
			ResponseHeaderTimeout:  20 * time.Second,
			IdleConnTimeout:        60 * time.Second,
			MaxIdleConnsPerHost:    8,
			MaxResponseHeaderBytes: maxHeaderBytes,
			ForceAttemptHTTP2:      true,
		}
	}
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &own
}

// Name is "hub".
func (s *Source) Name() string { return name }

// Fetch returns what the Hub says of ref, following renames and letter case.
// It costs one request, and one more for each redirect. Where the quota of the
// API is spent, the repository is read by its files alone, which have a larger
// one. The error is only for a context that ended.
func (s *Source) Fetch(ctx context.Context, ref model.Ref) (*source.Snapshot, error) {
	ref, f := checkRef(ref)
	if f != nil {
		return s.unread(ref, f), nil
	}
	left := s.budget
	bounded, cancel := context.WithTimeout(ctx, s.budget)
	defer cancel()
	snap, f := s.byFacts(bounded, ref, &left)
	if f != nil && f.state == model.RateLimited && bounded.Err() == nil {
		var g *failure
		if snap, g = s.byFiles(bounded, ref, &left); g == nil || g.state != model.RateLimited {
			f = g
		}
	}
	if err := ctx.Err(); err != nil && f != nil {
		return nil, fmt.Errorf("fetch %s from the Hub: %w", ref, err)
	}
	if f != nil {
		return s.unread(ref, f), nil
	}
	return snap, nil
}

// checkRef makes a reference fit to be asked for, or says why it is not.
func checkRef(ref model.Ref) (model.Ref, *failure) {
	if ref.Kind == "" {
		ref.Kind = model.Model
	}
	if ref.Host != model.OnHub {
		return ref, &failure{state: model.Offline, detail: "not on the Hub"}
	}
	if !ValidID(ref.ID) {
		return ref, &failure{state: model.NotFound, detail: "not a Hub id"}
	}
	if ref.Revision != "" && !validRevision(ref.Revision) {
		return ref, &failure{state: model.NotFound, detail: "not the name of a revision"}
	}
	return ref, nil
}

// byFacts reads a repository by the Hub's API.
func (s *Source) byFacts(ctx context.Context, ref model.Ref, left *time.Duration) (*source.Snapshot, *failure) {
	files := true
	q := s.infoRequest(ref, files)
	a, f := s.askWithin(ctx, q, left)
	if f != nil && errors.Is(f.cause, source.ErrTooLarge) {
		// A data set may list so many files that its facts drown in them.
		files = false
		q = s.infoRequest(ref, files)
		a, f = s.askWithin(ctx, q, left)
	}
	if f != nil {
		return nil, f
	}
	snap, f := decodeInfo(a, ref.Kind)
	if f != nil {
		return nil, f
	}
	if snap.Files == nil && snap.State == model.Resolved {
		snap.Files = s.rootFiles(ctx, snap, left)
	}
	s.keepFacts(ref, files, snap, a)
	revision := snap.Revision
	if revision == "" {
		revision = ref.Revision
	}
	snap.Read, snap.ReadAt = s.reader(ref.Kind, snap.ID, revision)
	return snap, nil
}

// unread is the snapshot of a repository that could not be read.
func (s *Source) unread(ref model.Ref, f *failure) *source.Snapshot {
	return &source.Snapshot{
		ID: ref.ID, Published: true, Kind: ref.Kind, Source: name,
		State: f.state, Detail: f.detail,
		Read: source.NoFiles(ref.ID, f.state),
	}
}

// infoRequest asks for the fields that entail uses, by name: the answer then
// holds nothing else, and so no widget or configuration of megabytes.
func (s *Source) infoRequest(ref model.Ref, files bool) request {
	fields := []string{"author", "baseModels", "cardData", "createdAt", "disabled", "downloads", "gated",
		"lastModified", "library_name", "likes", "pipeline_tag", "private", "sha", "tags"}
	path := "/api/models/"
	if ref.Kind == model.Dataset {
		// The server answers 400 to a single name that datasets do not have.
		fields = []string{"author", "cardData", "createdAt", "disabled", "downloads", "gated",
			"lastModified", "likes", "private", "sha", "tags"}
		path = "/api/datasets/"
	}
	if files {
		fields = append(fields, "siblings")
	}
	path += ref.ID
	if ref.Revision != "" {
		path += "/revision/" + url.PathEscape(ref.Revision)
	}
	query := url.Values{"expand": fields}
	return request{
		path: path, query: query.Encode(), accept: "application/json", limit: maxInfoBytes,
		key: infoKey(ref, files),
	}
}

func orDefault(d, otherwise time.Duration) time.Duration {
	if d <= 0 {
		return otherwise
	}
	return d
}

// visible reports whether s holds visible ASCII only.
func visible(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
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
