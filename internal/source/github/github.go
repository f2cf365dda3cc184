// Package github reads repositories from GitHub, and from an Enterprise server
// where one is configured.
//
// Whatever the server does ends as the state of a snapshot with one sentence
// for a person, never as an error or a panic: the only error is that of a
// context that ended. A token goes to the host that it was given for and
// nowhere else, and never into a message. The package reads no environment,
// writes nothing, and asks no server that its caller did not configure,
// whatever a card names.
package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

// DefaultAPI is the address of github.com's API.
const DefaultAPI = "https://api.github.com"

// name is the word that outputs use for this source.
const name = "github"

// Defaults of Config, and bounds on what is read. GitHub's longest answers are
// recursive trees, of up to 7 MB; a file of source.MaxFileBytes comes as base64
// in lines.
const (
	defaultRetries = 4
	defaultAttempt = 30 * time.Second
	defaultBudget  = 60 * time.Second
	maxBodyBytes   = 16 << 20
	maxErrorBytes  = 64 << 10
	maxHeaderBytes = 256 << 10
	maxHops        = 5
)

// Server is one server of GitHub's.
type Server struct {
	// Host is how ids name it: empty for github.com, else the host of its
	// pages, with its port where it has one.
	Host string
	// API is the address of its API: DefaultAPI if empty and Host is, else
	// https://HOST/api/v3.
	API string
	// Token is sent to the API's own host alone; empty for none.
	Token string
}

// Config says which servers to ask, and how patiently. Its zero value asks
// github.com without a token.
type Config struct {
	// Servers are those that may be asked; github.com alone if empty.
	Servers []Server
	// UserAgent is the header of that name; "entail" if empty.
	UserAgent string
	// Client makes the requests; nil for one that takes proxies from the
	// environment, gives a connection 5 s and the head of an answer 20 s.
	Client *http.Client
	// MaxRetries is how often one request is sent again after a failure that
	// may pass; 0 for 4, negative for never.
	MaxRetries int
	// Attempt bounds one try, redirects and body included; 0 for 30 s.
	Attempt time.Duration
	// Budget bounds one request with all its tries and waits; 0 for 60 s.
	Budget time.Duration
	// Sleep waits between tries; nil for the real clock. It returns early,
	// with the context's error, where the context ends.
	Sleep func(context.Context, time.Duration) error
}

// Source is GitHub. It is safe for concurrent use.
type Source struct {
	servers map[string]*server
}

var _ source.Source = (*Source)(nil)

// New checks the configuration and returns its GitHub. It opens no connection.
func New(cfg Config) (*Source, error) {
	if len(cfg.Servers) == 0 {
		cfg.Servers = []Server{{}}
	}
	s := &Source{servers: map[string]*server{}}
	for _, one := range cfg.Servers {
		opened, err := newServer(one, cfg)
		if err != nil {
			return nil, err
		}
		s.servers[strings.ToLower(one.Host)] = opened
	}
	return s, nil
}

// Name is "github".
func (*Source) Name() string { return name }

// Serves is true of GitHub alone.
func (*Source) Serves(host model.Host) bool { return host == model.OnGitHub }

// Fetch returns what GitHub says of ref, following renames and letter case. The
// branch, the tag or, where none is named, the default branch is resolved to a
// commit once, and everything is read at that commit. It costs three or four
// requests, and one for each file read. The error is only for a context that
// ended.
func (s *Source) Fetch(ctx context.Context, ref model.Ref) (*source.Snapshot, error) {
	snap, f := s.fetch(ctx, ref)
	if err := ctx.Err(); err != nil && f != nil {
		return nil, fmt.Errorf("fetch %s: %w", ref, err)
	}
	if f != nil {
		return unread(ref, f), nil
	}
	return snap, nil
}

// unread is the snapshot of a repository that could not be read.
func unread(ref model.Ref, f *failure) *source.Snapshot {
	return &source.Snapshot{
		ID: ref.Key(), Published: true, Kind: model.Model, Source: name,
		State: f.state, Detail: f.detail,
		Read: source.NoFiles(ref.Key(), f.state),
	}
}

func (s *Source) fetch(ctx context.Context, ref model.Ref) (*source.Snapshot, *failure) {
	at, ok := ref.GitHub()
	if !ok || ref.Kind == model.Dataset {
		return nil, &failure{state: model.NotFound, detail: "not the name of a model on GitHub"}
	}
	server, ok := s.servers[at.Host]
	if !ok {
		return nil, s.unknownServer(at.Host)
	}
	r := &repo{server: server, at: at}
	if f := r.describe(ctx); f != nil {
		return nil, f
	}
	snap := &source.Snapshot{
		Published: true, Kind: model.Model, Source: name, State: model.Resolved,
		CreatedAt: r.createdAt, Files: []model.File{}, FilesKnown: true,
	}
	switch f := r.resolve(ctx, ref.Revision); {
	case f != nil && f.cause == errEmpty && ref.Revision == "" && at.Folder == "":
		snap.Detail = "the repository is empty"
	case f != nil:
		return nil, f
	default:
		if f := r.list(ctx); f != nil {
			return nil, f
		}
		if f := r.claim(ctx, ref.Revision); f != nil {
			return nil, f
		}
	}
	snap.ID, snap.Revision = r.id(), r.commit
	if r.files != nil {
		snap.Files, snap.FilesKnown, snap.Detail = r.files, r.gap == "", r.gap
	}
	if r.spdx != "" {
		snap.Tags = []string{"license:" + r.spdx}
	}
	snap.Read, snap.Locate = r.read, r.locate
	return snap, nil
}

// unknownServer is the failure of an id that names a server which nobody
// configured: a card may name any.
func (s *Source) unknownServer(host string) *failure {
	if host == "" {
		return &failure{state: model.Offline, detail: "github.com is not among the servers that are configured"}
	}
	return &failure{
		state:  model.NotFound,
		detail: fmt.Sprintf("%s is no GitHub server that is configured; set GH_HOST to it if it is yours", host),
	}
}

// Causes of failures that this package tells apart.
var (
	errEmpty      = errors.New("empty repository")
	errNoRevision = errors.New("no such revision")
)
