package action

import (
	gh "github.com/google/go-github/v62/github"

	"github.com/entail-dev/entail/internal/source/github"
)

// Client talks to GitHub's API.
type Client = gh.Client

// Connect returns a client for the server of an event, which opens no
// connection yet. The token goes to that server alone.
func Connect(e Event, token, userAgent string) (*Client, error) {
	return github.NewClient(github.Server{API: e.APIURL, Token: token}, github.Config{UserAgent: userAgent})
}
