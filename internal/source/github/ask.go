package github

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	gh "github.com/google/go-github/v62/github"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

// failure is why a request came to nothing. Detail is one short sentence for a
// person, without the token and without addresses that differ from run to run.
type failure struct {
	state  model.State
	detail string
	// cause is a sentinel that callers tell apart, or nil.
	cause error
	// status is that of the answer; 0 where there was none.
	status int
	// passing is set where the same request may succeed later; wait is how
	// long the server asked for, 0 where it did not say.
	passing bool
	wait    time.Duration
	// dial is set where no connection could be made.
	dial bool
}

// call makes one request through a client.
type call func(context.Context, *gh.Client) error

// ask makes a call, again where a failure may pass, and once without the token
// where GitHub does not admit it: a token of few rights may see less than none.
func (s *server) ask(ctx context.Context, do call) *failure {
	if f := s.offline.Load(); f != nil {
		return f
	}
	if wait := s.spent.wait(); wait > 0 {
		return s.limited(wait)
	}
	outer := ctx
	ctx, cancel := context.WithTimeout(ctx, s.budget)
	defer cancel()
	left := s.budget
	token := s.token != "" && !s.refused.Load()
	f := s.persist(ctx, outer, do, token, &left)
	if f != nil && token && f.state == model.Unauthorized && (f.status == http.StatusUnauthorized || f.status == http.StatusForbidden) {
		if open := s.persist(ctx, outer, do, false, &left); open == nil || s.refused.Load() {
			f = open
		}
	}
	if f != nil && f.state == model.PrivateOrAbsent && s.refused.Load() {
		// Whoever asks after the token was refused, and so without it, is
		// told the same.
		return &failure{state: model.Unauthorized, status: f.status, detail: refusedToken}
	}
	return f
}

// refusedToken is the detail of a failure that a valid token might not have.
const refusedToken = "GitHub refused the token"

// persist makes a call until it is answered for good, or the retries or the
// time are used up. left is what remains of the budget for waiting; it is
// counted in durations asked for, so that a test's clock can stand still.
func (s *server) persist(ctx, outer context.Context, do call, token bool, left *time.Duration) *failure {
	dials := 0
	for try := 0; ; try++ {
		f := s.once(ctx, do, token)
		if f == nil || outer.Err() != nil {
			return f
		}
		wait := max(f.wait, 0)
		switch {
		case f.dial:
			// One look-up may fail by chance; two mean that there is no way.
			if dials++; dials > 1 {
				s.offline.Store(f)
				return f
			}
			wait = 100 * time.Millisecond
		case !f.passing || try >= s.retries:
			return f
		case wait == 0:
			wait = backoff(try)
		}
		if end, ok := ctx.Deadline(); wait > *left || ok && time.Until(end) < wait {
			return f
		}
		*left -= wait
		if s.sleep(ctx, wait) != nil {
			return f
		}
	}
}

// backoff is 1 s doubling to 8 s, less up to a half so that many callers who
// failed together do not return together.
func backoff(try int) time.Duration {
	d := time.Second << min(try, 3)
	return d - rand.N(d/2)
}

// once makes one try.
func (s *server) once(ctx context.Context, do call, token bool) *failure {
	ctx, cancel := context.WithTimeout(ctx, s.attempt)
	defer cancel()
	err := do(ctx, s.client(token))
	if err == nil {
		s.spent.note(nil)
		return nil
	}
	f := s.judge(err, token)
	s.spent.note(f)
	return f
}

// spent is whether the server's requests are used up: not at one refusal, since
// that may be of one repository, but where it refuses whatever is asked.
type spent struct {
	mu       sync.Mutex
	refusals int // in a row
	until    time.Time
}

// maxRefusals is how many refusals in a row show that requests are used up.
// Asking on would be held against the caller.
const maxRefusals = 10

// note takes down what a request came to. An answer that was none shows nothing.
func (s *spent) note(f *failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case f != nil && f.state == model.RateLimited:
		s.refusals++
		s.until = time.Now().Add(f.wait)
	case f == nil || f.status != 0:
		s.refusals = 0
	}
}

// wait is how long it makes no sense to ask at all.
func (s *spent) wait() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refusals < maxRefusals {
		return 0
	}
	return time.Until(s.until)
}

// judge says what an error of go-github means.
func (s *server) judge(err error, token bool) *failure {
	var limit *gh.RateLimitError
	var burst *gh.AbuseRateLimitError
	var accepted *gh.AcceptedError
	var refused *gh.ErrorResponse
	var factor *gh.TwoFactorAuthError
	switch {
	case errors.As(err, &limit):
		return s.limited(time.Until(limit.Rate.Reset.Time) + time.Second)
	case errors.As(err, &burst):
		var wait time.Duration
		if burst.RetryAfter != nil {
			wait = *burst.RetryAfter
		}
		return s.limited(wait)
	case errors.As(err, &accepted):
		return &failure{state: model.Failed, passing: true, detail: "GitHub has no answer ready yet"}
	case errors.As(err, &factor):
		return &failure{state: model.Unauthorized, status: http.StatusUnauthorized, detail: "GitHub asks for a second factor"}
	case errors.As(err, &refused) && refused.Response != nil:
		f := s.refusal(refused, token)
		f.status = refused.Response.StatusCode
		return f
	}
	return s.broken(err)
}

// limited is the failure of a limit on requests. A wait of a moment ago is none.
func (s *server) limited(wait time.Duration) *failure {
	f := &failure{state: model.RateLimited, passing: true, wait: wait, detail: "GitHub's limit of requests is used up for now"}
	if s.token == "" {
		f.detail += "; a token (GITHUB_TOKEN) raises it"
	}
	return f
}

// refusal sorts GitHub's errors by status, then by what they say.
func (s *server) refusal(e *gh.ErrorResponse, token bool) *failure {
	h := e.Response.Header
	status := e.Response.StatusCode
	switch {
	case status == http.StatusUnauthorized && token:
		s.refused.Store(true)
		return &failure{state: model.Unauthorized, detail: refusedToken}
	case status == http.StatusUnauthorized:
		return &failure{state: model.Unauthorized, detail: "GitHub shows nothing without a token"}
	case status == http.StatusUnavailableForLegalReasons, e.Block != nil:
		detail := "GitHub has blocked access to it"
		if e.Block != nil && e.Block.Reason != "" {
			detail += " (" + source.Quotable(e.Block.Reason, s.token) + ")"
		}
		return &failure{state: model.Disabled, detail: detail}
	case status == http.StatusTooManyRequests:
		return s.limited(waitFor(h))
	case status == http.StatusForbidden && token && h.Get("X-GitHub-SSO") != "":
		return &failure{state: model.Unauthorized, detail: "the token is not authorised for the organisation's single sign-on"}
	case status == http.StatusForbidden && token:
		return &failure{state: model.Unauthorized, detail: "the token may not read it"}
	case status == http.StatusNotFound:
		return absent(token)
	case status == http.StatusConflict:
		return &failure{state: model.NotFound, detail: "the repository is empty"}
	case status >= 500 || status == http.StatusRequestTimeout:
		return &failure{state: model.Failed, passing: true, wait: waitFor(h), detail: fmt.Sprintf("the server answered %d", status)}
	}
	detail := fmt.Sprintf("the server answered %d", status)
	if message := source.Quotable(e.Message, s.token); message != "" {
		detail += " (" + message + ")"
	}
	return &failure{state: model.Failed, detail: detail}
}

// absent is GitHub's answer for a private and an absent repository alike,
// whoever asks: a token may lack the right to see what is there.
func absent(token bool) *failure {
	detail := "GitHub answers alike for a private and an absent repository"
	if token {
		detail = "GitHub answers alike for an absent repository and one that the token may not see"
	}
	return &failure{state: model.PrivateOrAbsent, detail: detail}
}

// broken is the failure of a request that got no answer, or only part of one.
// The error's own text names addresses and ports, so that it is told in our
// words.
func (s *server) broken(err error) *failure {
	for _, one := range []error{errElsewhere, errHops, errNotGitHub} {
		if errors.Is(err, one) {
			return &failure{state: model.Failed, detail: one.Error()}
		}
	}
	var certificate *tls.CertificateVerificationError
	var header tls.RecordHeaderError
	var dial *net.OpError
	var timeout interface{ Timeout() bool }
	var syntax *json.SyntaxError
	var shape *json.UnmarshalTypeError
	switch {
	case errors.Is(err, errTooMuch):
		return &failure{state: model.Failed, detail: errTooMuch.Error(), cause: source.ErrTooLarge}
	case errors.As(err, &certificate):
		return &failure{state: model.Failed, detail: "the server's certificate is not trusted"}
	case errors.As(err, &header):
		return &failure{state: model.Failed, detail: "the server does not speak TLS"}
	case errors.As(err, &dial) && (dial.Op == "dial" || dial.Op == "proxyconnect"):
		return &failure{state: model.Offline, dial: true, detail: "no connection to GitHub at " + s.api.Host + " could be made"}
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return &failure{state: model.Failed, passing: true, detail: "the server did not answer in time"}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &failure{state: model.Failed, passing: true, detail: "the answer broke off"}
	case errors.As(err, &syntax), errors.As(err, &shape), errors.Is(err, errNonsense):
		return &failure{state: model.Failed, detail: "the answer is not the JSON of GitHub"}
	}
	return &failure{state: model.Failed, passing: true, detail: "the connection failed before an answer"}
}

// errNonsense: an answer lacks what every such answer has.
var errNonsense = errors.New("nonsense")

// waitFor is how long an answer asks to wait: what Retry-After says, else,
// where no requests are left, until they are again; 0 for unsaid.
func waitFor(h http.Header) time.Duration {
	if n, err := strconv.ParseInt(h.Get("Retry-After"), 10, 32); err == nil {
		return time.Duration(max(n, 0)) * time.Second
	}
	reset, err := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64)
	if err != nil || h.Get("X-RateLimit-Remaining") != "0" {
		return 0
	}
	return time.Until(time.Unix(reset, 0)) + time.Second
}
