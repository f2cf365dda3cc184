package action

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/google/go-github/v62/github"
)

// CommentLimit is how many characters a comment on GitHub holds.
const CommentLimit = 65_536

// Bounds of a search for our comment: pages of the size that the API gives at
// most.
const (
	commentPage     = 100
	maxCommentPages = 30
)

// ErrReadOnly: the token may read and not write, as that of a workflow for a
// fork's pull request.
var ErrReadOnly = errors.New("the token may not write here")

// Comments keeps one comment of a workflow on one pull request.
type Comments struct {
	Client      *github.Client
	Owner, Repo string
	// Number is the pull request's.
	Number int
	// Workflow tells this comment from those of other workflows.
	Workflow string
}

// marker is what the comment begins with. It shows nothing.
func (c *Comments) marker() string {
	sum := sha256.Sum256([]byte(c.Workflow))
	return "<!-- entail:" + hex.EncodeToString(sum[:8]) + " -->\n"
}

// BodyLimit is how many characters Put takes.
func (c *Comments) BodyLimit() int { return CommentLimit - len(c.marker()) }

// Put makes body the comment: it is created where create allows it, changed
// where it is another one now, and left alone where it is the same. It says
// whether anything was written. The error is ErrReadOnly where the token may
// not write.
func (c *Comments) Put(ctx context.Context, body string, create bool) (written bool, err error) {
	body = c.marker() + body
	found, err := c.find(ctx)
	if err != nil {
		return false, err
	}
	wanted := &github.IssueComment{Body: &body}
	switch {
	case found == nil && !create, found != nil && sameText(found.GetBody(), body):
		return false, nil
	case found == nil:
		_, _, err = c.Client.Issues.CreateComment(ctx, c.Owner, c.Repo, c.Number, wanted)
	default:
		_, _, err = c.Client.Issues.EditComment(ctx, c.Owner, c.Repo, found.GetID(), wanted)
	}
	if err != nil {
		return false, fmt.Errorf("write the comment on pull request %d: %w", c.Number, cause(err))
	}
	return true, nil
}

// sameText compares comments as GitHub keeps them, which may have other line
// ends and no blank at the end.
func sameText(a, b string) bool {
	plain := func(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }
	return plain(a) == plain(b)
}

// find looks for our comment: the first that begins with the marker and that we
// wrote. Anybody can write the marker into a comment of their own.
func (c *Comments) find(ctx context.Context) (*github.IssueComment, error) {
	us := c.login(ctx)
	options := &github.IssueListCommentsOptions{ListOptions: github.ListOptions{PerPage: commentPage}}
	for range maxCommentPages {
		page, response, err := c.Client.Issues.ListComments(ctx, c.Owner, c.Repo, c.Number, options)
		if err != nil {
			return nil, fmt.Errorf("list the comments of pull request %d: %w", c.Number, cause(err))
		}
		for _, one := range page {
			// The marker's line may have come back with another line end.
			if strings.HasPrefix(one.GetBody(), strings.TrimSpace(c.marker())) && us(one.GetUser()) {
				return one, nil
			}
		}
		if response.NextPage == 0 {
			break
		}
		options.Page = response.NextPage
	}
	return nil, nil
}

// login says who we are: whose the token is. The token of a workflow belongs to
// an app, which may not ask; its comments are a bot's, and no person can
// write as one.
func (c *Comments) login(ctx context.Context) func(*github.User) bool {
	if own, _, err := c.Client.Users.Get(ctx, ""); err == nil && own.GetLogin() != "" {
		return func(u *github.User) bool { return u.GetLogin() == own.GetLogin() }
	}
	return func(u *github.User) bool { return u.GetType() == "Bot" }
}

// cause makes a refusal by GitHub one sentence, without the address that was
// asked.
func cause(err error) error {
	if limited, ok := errors.AsType[*github.RateLimitError](err); ok {
		return fmt.Errorf("GitHub's limit of requests is used up until %s", limited.Rate.Reset.UTC().Format("15:04 MST"))
	}
	if _, ok := errors.AsType[*github.AbuseRateLimitError](err); ok {
		return errors.New("GitHub asks to send fewer requests")
	}
	refused, ok := errors.AsType[*github.ErrorResponse](err)
	if !ok || refused.Response == nil {
		return err
	}
	switch refused.Response.StatusCode {
	case http.StatusForbidden, http.StatusNotFound, http.StatusUnauthorized:
		// GitHub answers 404 for what a token may not even see.
		return fmt.Errorf("%w (GitHub answered %d: %s)", ErrReadOnly, refused.Response.StatusCode, refused.Message)
	}
	return fmt.Errorf("GitHub answered %d: %s", refused.Response.StatusCode, refused.Message)
}
