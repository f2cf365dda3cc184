package hub_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
	"github.com/entail-dev/entail/internal/source/hub"
	"github.com/entail-dev/entail/internal/testkit"
)

// dials counts the connections that a client tries to make.
func dials(n *atomic.Int64) *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		n.Add(1)
		return new(net.Dialer).DialContext(ctx, network, addr)
	}}}
}

func TestOfflineIsRemembered(t *testing.T) {
	h := testkit.NewHub(t, testkit.HubRepo{ID: "org/name", Files: map[string]string{"README.md": card}})
	var n atomic.Int64
	s := open(t, hub.Config{Endpoint: h.URL(), Client: dials(&n)})
	before := fetch(t, s, model.Ref{ID: "org/name"})
	h.Close()
	n.Store(0)
	first := fetch(t, s, model.Ref{ID: "org/name"})
	if first.State != model.Offline || n.Load() == 0 || n.Load() > 2 {
		t.Errorf("%s (%s) after %d connections, want offline after one or two", first.State, first.Detail, n.Load())
	}
	n.Store(0)
	if second := fetch(t, s, model.Ref{ID: "org/other"}); second.State != model.Offline || n.Load() != 0 {
		t.Errorf("%s after %d more connections, want offline after none", second.State, n.Load())
	}
	var failed *source.ReadError
	if _, err := before.Read(t.Context(), "README.md"); !errors.As(err, &failed) || failed.State != model.Offline || n.Load() != 0 {
		t.Errorf("read: %v", err)
	}
}

func TestUnknownHostIsOffline(t *testing.T) {
	client := &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "hub.invalid", IsNotFound: true}}
	}}}
	s := open(t, hub.Config{Endpoint: "http://hub.invalid", Client: client})
	if snap := fetch(t, s, model.Ref{ID: "org/name"}); snap.State != model.Offline || !strings.Contains(snap.Detail, "hub.invalid") {
		t.Errorf("%s (%s)", snap.State, snap.Detail)
	}
}

func TestEndedContextIsTheOnlyError(t *testing.T) {
	h := testkit.NewHub(t, testkit.HubRepo{ID: "org/name", Files: map[string]string{"README.md": card}})
	s := open(t, hub.Config{Endpoint: h.URL()})
	snap := fetch(t, s, model.Ref{ID: "org/name"})
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if got, err := s.Fetch(ended, model.Ref{ID: "org/name"}); got != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("Fetch = %v, %v", got, err)
	}
	var failed *source.ReadError
	if _, err := snap.Read(ended, "README.md"); !errors.As(err, &failed) || !errors.Is(err, context.Canceled) {
		t.Errorf("Read = %v", err)
	}
	// A caller who gave up has not shown that there is no network.
	if again := fetch(t, s, model.Ref{ID: "org/name"}); again.State != model.Resolved {
		t.Errorf("afterwards %s (%s)", again.State, again.Detail)
	}
}

// A caller who gives up in the middle of a second connection has not shown
// that there is no network either.
func TestGivingUpIsNotOffline(t *testing.T) {
	h := testkit.NewHub(t, testkit.HubRepo{ID: "org/name"})
	ctx, cancel := context.WithCancel(t.Context())
	var n atomic.Int64
	s := open(t, hub.Config{Endpoint: h.URL(), Client: &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			switch n.Add(1) {
			case 1:
				return nil, errors.New("unlucky")
			case 2:
				cancel()
				<-ctx.Done()
				return nil, ctx.Err()
			}
			return new(net.Dialer).DialContext(ctx, network, addr)
		},
	}}})
	if _, err := s.Fetch(ctx, model.Ref{ID: "org/name"}); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	if snap := fetch(t, s, model.Ref{ID: "org/name"}); snap.State != model.Resolved {
		t.Errorf("%s (%s)", snap.State, snap.Detail)
	}
}
