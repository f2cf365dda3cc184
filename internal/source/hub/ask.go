package hub

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

// request is one thing to ask of the Hub.
type request struct {
	// path is escaped and starts with '/'; query is encoded.
	path, query string
	accept      string
	// limit bounds the body, in bytes.
	limit int64
	// file is set for a file's contents: these may come from another host,
	// and must carry the mark of a Hub and, where known, of this commit.
	file   bool
	commit string
	// part is set for limit bytes of a file from offset on.
	part   bool
	offset int64
	// etag is of an answer that is at hand already.
	etag string
	// key names the answer in the cache; nil where it is not kept. fixed is
	// set where it can never be another. Other answers are kept by whoever
	// asked, once they are seen to be a Hub's.
	key   []string
	fixed bool
}

// answer is what a request came to, redirects followed.
type answer struct {
	status int
	header http.Header
	body   []byte
	// commit and digest are what the Hub itself said of a file, before any
	// redirect to another host: X-Repo-Commit and X-Linked-Etag.
	commit, digest string
	// place is the path of the last address under /resolve/, which names the
	// repository that answered.
	place string
	// token is true where the token was sent for it.
	token bool
	// asOf is when it was fetched, for an answer out of the cache.
	asOf time.Time
}

// failure is why a request came to nothing. Detail is one short sentence for a
// person, without the token and without addresses that differ from run to run.
type failure struct {
	state  model.State
	detail string
	// cause is a sentinel that callers tell apart, or nil.
	cause error
	// status, commit and place are those of the answer, where there was one.
	status        int
	commit, place string
	// passing is set where the same request may succeed later; wait is how
	// long the server asked for, 0 where it did not say.
	passing bool
	wait    time.Duration
	// dial is set where no connection to the endpoint could be made.
	dial bool
}

// ask sends q within a budget of its own.
func (s *Source) ask(ctx context.Context, q request) (*answer, *failure) {
	left := s.budget
	return s.askWithin(ctx, q, &left)
}

// askWithin sends q, again where a failure may pass, and once without the
// token where the Hub does not admit it: a token of few rights may see less
// than none. left is what remains of the budget for waiting; it is counted in
// durations asked for, so that a test's clock can stand still.
func (s *Source) askWithin(ctx context.Context, q request, left *time.Duration) (*answer, *failure) {
	kept := s.recall(q)
	if kept != nil && q.fixed {
		return kept, nil
	}
	if f := s.offline.Load(); f != nil {
		return nil, f
	}
	if kept != nil {
		q.etag = kept.header.Get("ETag")
	}
	ctx, cancel := context.WithTimeout(ctx, s.budget)
	defer cancel()
	token := s.token != "" && !s.refused.Load()
	a, f := s.persist(ctx, q, token, left)
	if f != nil && token && s.better(q, f) {
		switch open, g := s.persist(ctx, q, false, left); {
		case g == nil:
			a, f, token = open, nil, false
		case s.refused.Load():
			// What those are told who ask after the token was found invalid,
			// so that it does not matter who came first.
			f = g
		}
	}
	if f != nil {
		return nil, f
	}
	if a.status == http.StatusNotModified {
		a = kept
	}
	a.token = token
	if q.fixed {
		s.keep(q, a, token)
	}
	return a, nil
}

// better reports whether a refused request may fare better without the token.
// Nobody gets more of a gated file or a disabled repository without one.
func (s *Source) better(q request, f *failure) bool {
	if f.status != http.StatusUnauthorized && f.status != http.StatusForbidden {
		return false
	}
	return f.state != model.Disabled && !(f.state == model.Gated && q.file)
}

// persist sends q until it is answered for good, or the retries or the time
// are used up.
func (s *Source) persist(ctx context.Context, q request, token bool, left *time.Duration) (*answer, *failure) {
	dials := 0
	for try := 0; ; try++ {
		if f := s.admit(ctx, bucketOf(q, token), left); f != nil {
			return nil, f
		}
		a, f := s.once(ctx, q, token)
		if f == nil {
			return a, nil
		}
		wait := max(f.wait, 0)
		if f.dial {
			// One look-up may fail by chance. Two mean that there is no way
			// there, for this repository or for any other.
			// Where the caller gave up, nothing is proven.
			if ctx.Err() != nil {
				return nil, f
			}
			if dials++; dials > 1 {
				s.offline.Store(f)
				return nil, f
			}
			wait = 100 * time.Millisecond
		} else if !f.passing || try >= s.retries {
			return nil, f
		} else if f.state == model.RateLimited && s.quota.spent(bucketOf(q, token)) {
			continue // admit knows for how long
		} else if wait == 0 {
			wait = backoff(try)
		}
		if !s.pause(ctx, wait, left) {
			return nil, f
		}
	}
}

// admit waits until the quota has room for a request. Where that would take
// more than is left of the budget, the request is refused without being sent.
func (s *Source) admit(ctx context.Context, bucket string, left *time.Duration) *failure {
	for {
		wait, ends, announce := s.quota.take(bucket)
		if wait <= 0 {
			return nil
		}
		if announce && s.waiting != nil && wait > time.Second && wait <= *left {
			s.waiting(wait)
		}
		if !s.pause(ctx, wait, left) {
			return s.limited()
		}
		s.quota.passed(bucket, ends)
	}
}

// pause waits, and reports whether there was time for it.
func (s *Source) pause(ctx context.Context, wait time.Duration, left *time.Duration) bool {
	if end, ok := ctx.Deadline(); wait > *left || ok && time.Until(end) < wait {
		return false
	}
	*left -= wait
	return s.sleep(ctx, wait) == nil
}

// backoff is 1 s doubling to 8 s, less up to a half so that many callers who
// failed together do not return together.
func backoff(try int) time.Duration {
	d := time.Second << min(try, 3)
	return d - rand.N(d/2)
}

// once makes one try: a request and the redirects that follow from it.
func (s *Source) once(ctx context.Context, q request, token bool) (*answer, *failure) {
	ctx, cancel := context.WithTimeout(ctx, s.attempt)
	defer cancel()
	address := s.endpoint.String() + q.path
	if q.query != "" {
		address += "?" + q.query
	}
	at, err := url.Parse(address)
	if err != nil {
		return nil, &failure{state: model.NotFound, detail: "not a name that can be asked for"}
	}
	seen := map[string]bool{}
	first := answer{}
	for range maxHops {
		if seen[at.String()] {
			return nil, &failure{state: model.Failed, detail: "the Hub redirects in a circle"}
		}
		seen[at.String()] = true
		a, next, f := s.hop(ctx, q, at, token)
		if f != nil {
			return nil, f
		}
		if s.own(at) && first.commit == "" {
			first.commit, first.digest = a.commit, a.digest
		}
		if s.own(at) && strings.Contains(at.EscapedPath(), "/resolve/") {
			first.place = at.EscapedPath()
		}
		a.commit, a.digest, a.place = first.commit, first.digest, first.place
		if next == nil {
			if !s.own(at) && a.status != http.StatusOK && !(q.part && partial(a.status)) {
				return nil, elsewhere(a)
			}
			return s.judge(q, a, token)
		}
		if f := s.mayFollow(q, a, at, next); f != nil {
			return nil, f
		}
		at = next
	}
	return nil, &failure{state: model.Failed, detail: "the Hub redirects too often"}
}

// own reports whether u is on the endpoint's own host, by a connection no less
// safe than the endpoint's. The token goes nowhere else.
func (s *Source) own(u *url.URL) bool {
	if strings.EqualFold(u.Host, s.endpoint.Host) && u.Scheme == s.endpoint.Scheme {
		return true
	}
	return s.endpoint.Scheme == "http" && u.Scheme == "https" && s.endpoint.Port() == "" && u.Port() == "" &&
		strings.EqualFold(u.Hostname(), s.endpoint.Hostname())
}

// mayFollow says why a redirect is not followed. Facts come from the endpoint
// alone; a file may come from elsewhere once the Hub has shown itself as one,
// since a login page in the way redirects as well.
func (s *Source) mayFollow(q request, a *answer, at, next *url.URL) *failure {
	switch {
	case next.Scheme != "http" && next.Scheme != "https" || next.Host == "" || next.User != nil:
		return &failure{state: model.Failed, detail: "the server redirects to something that is no address"}
	case at.Scheme == "https" && next.Scheme == "http":
		return &failure{state: model.Failed, detail: "the server redirects to an unencrypted address"}
	case s.own(next):
		return nil
	case !q.file:
		return &failure{state: model.Failed, detail: "the server redirects to another host, as no Hub does"}
	case a.commit == "":
		return &failure{state: model.Failed, detail: noHub}
	}
	return nil
}

// elsewhere is the failure of the host that keeps a file. Its codes are not the
// Hub's: it knows neither the repository nor the caller.
func elsewhere(a *answer) *failure {
	return &failure{
		state: model.Failed, passing: a.status >= 500 || a.status == http.StatusTooManyRequests,
		wait:   retryAfter(a.header),
		detail: fmt.Sprintf("the server that keeps the file answered %d", a.status),
	}
}

// hop sends one request. Next is where the answer redirects to.
func (s *Source) hop(ctx context.Context, q request, at *url.URL, token bool) (a *answer, next *url.URL, f *failure) {
	wanted, made := false, false
	trace := &httptrace.ClientTrace{
		// The transport may try a second connection where an idle one broke.
		GetConn: func(string) { wanted, made = true, false },
		GotConn: func(httptrace.GotConnInfo) { made = true },
	}
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, trace), http.MethodGet, at.String(), nil)
	if err != nil {
		return nil, nil, &failure{state: model.Failed, detail: "the server redirects to something that is no address"}
	}
	req.Header.Set("User-Agent", s.userAgent)
	if q.accept != "" {
		req.Header.Set("Accept", q.accept)
	}
	if q.etag != "" {
		req.Header.Set("If-None-Match", q.etag)
	}
	if q.part {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-%d", q.offset, q.offset+q.limit-1))
	}
	if token && s.own(at) {
		req.Header.Set("Authorization", "Bearer "+s.token)
	}
	resp, err := s.client.Do(req)
	if err != nil {
		unmade := wanted && !made && s.own(at)
		return nil, nil, s.broken(err, unmade)
	}
	defer resp.Body.Close()
	a = &answer{
		status: resp.StatusCode,
		header: resp.Header,
		commit: resp.Header.Get("X-Repo-Commit"),
		digest: resp.Header.Get("X-Linked-Etag"),
	}
	if s.own(at) {
		s.quota.note(bucketOf(q, token), token, resp.StatusCode, resp.Header)
	}
	if redirects(resp.StatusCode) {
		if size, err := strconv.ParseInt(resp.Header.Get("X-Linked-Size"), 10, 64); err == nil && size > q.limit && !q.part {
			return nil, nil, tooLarge(q)
		}
		next, err := at.Parse(resp.Header.Get("Location"))
		if err != nil || resp.Header.Get("Location") == "" {
			return nil, nil, &failure{state: model.Failed, detail: "the server redirects to something that is no address"}
		}
		next.Fragment = ""
		return a, next, nil
	}
	f = s.readBody(resp, q, a)
	return a, nil, f
}

// readBody reads no more than the request allows, whatever the answer says its
// length is. Of an error's body only the beginning is read.
func (s *Source) readBody(resp *http.Response, q request, a *answer) *failure {
	if q.part && (resp.StatusCode == http.StatusOK || resp.StatusCode == http.StatusPartialContent) {
		return s.readPart(resp, q, a)
	}
	if resp.StatusCode != http.StatusOK {
		// A broken error page is still the error that its status says.
		a.body, _ = io.ReadAll(io.LimitReader(resp.Body, maxErrorBytes))
		return nil
	}
	if resp.ContentLength > q.limit {
		return tooLarge(q)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, q.limit+1))
	switch {
	case int64(len(body)) > q.limit:
		return tooLarge(q)
	case err != nil:
		return s.broken(err, false)
	}
	a.body = body
	return nil
}

func tooLarge(q request) *failure {
	return &failure{
		state:  model.Failed,
		detail: fmt.Sprintf("the answer is larger than %d MiB", q.limit>>20),
		cause:  source.ErrTooLarge,
	}
}

func redirects(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// broken is the failure of a request that got no answer, or only part of one.
// The error's own text names addresses and ports, some of them signed, so that
// it is told in our words.
func (s *Source) broken(err error, unmade bool) *failure {
	var certificate *tls.CertificateVerificationError
	var header tls.RecordHeaderError
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, &certificate):
		return &failure{state: model.Failed, detail: "the server's certificate is not trusted"}
	case errors.As(err, &header):
		return &failure{state: model.Failed, detail: "the server does not speak TLS"}
	case unmade:
		return &failure{
			state: model.Offline, dial: true,
			detail: "no connection to the Hub at " + s.endpoint.Host + " could be made",
		}
	case errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout():
		return &failure{state: model.Failed, passing: true, detail: "the server did not answer in time"}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &failure{state: model.Failed, passing: true, detail: "the answer broke off"}
	}
	return &failure{state: model.Failed, passing: true, detail: "the connection failed before an answer"}
}
