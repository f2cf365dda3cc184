package action

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/source/github"
	"github.com/entail-dev/entail/internal/testkit"
)

// pull is pull request 7 of a fake GitHub, seen with a token.
func pull(t *testing.T, hub *testkit.GitHub, token string) *Comments {
	t.Helper()
	client, err := github.NewClient(github.Server{API: hub.URL(), Token: token}, github.Config{MaxRetries: -1})
	if err != nil {
		t.Fatal(err)
	}
	return &Comments{Client: client, Owner: "acme", Repo: "model", Number: 7, Workflow: "Terms"}
}

func put(t *testing.T, c *Comments, body string, create, want bool) {
	t.Helper()
	if written, err := c.Put(t.Context(), body, create); err != nil || written != want {
		t.Errorf("put %.40q: written %v, want %v; %v", body, written, want, err)
	}
}

// TestOneComment holds that there is one comment, made, changed in place, and
// left alone where it says the same.
func TestOneComment(t *testing.T) {
	for _, token := range []string{testkit.GitHubToken, testkit.GitHubWorkflowToken} {
		hub := testkit.NewGitHub(t, testkit.GitHubRepo{ID: "acme/model"})
		c := pull(t, hub, token)
		put(t, c, "clean", false, false)
		put(t, c, "one\ntwo", true, true)
		put(t, c, "one\ntwo", true, false)
		put(t, c, "three", true, true)
		put(t, c, "clean", false, true)
		all := hub.Comments()
		if len(all) != 1 || all[0].Edits != 2 || !strings.HasSuffix(all[0].Body, "clean") || all[0].Number != 7 {
			t.Errorf("comments %+v", all)
		}
	}
}

// TestCommentsOfOthers holds that a comment that only carries our marker is
// nobody's to change, and that workflows have comments of their own.
func TestCommentsOfOthers(t *testing.T) {
	for _, token := range []string{testkit.GitHubToken, testkit.GitHubWorkflowToken} {
		hub := testkit.NewGitHub(t, testkit.GitHubRepo{ID: "acme/model"})
		c := pull(t, hub, token)
		other := pull(t, hub, token)
		other.Workflow = "Another"
		if c.marker() == other.marker() {
			t.Fatal("two workflows have one marker")
		}
		hub.AddComments(
			testkit.GitHubComment{Repo: "acme/model", Number: 7, Login: "mallory", Body: c.marker() + "all is well"},
			testkit.GitHubComment{Repo: "acme/model", Number: 8, Login: "github-actions[bot]", Body: c.marker() + "another pull request"},
			testkit.GitHubComment{Repo: "acme/model", Number: 7, Login: writerOf(token), Body: "quoted: " + c.marker()},
		)
		put(t, other, "theirs", true, true)
		put(t, c, "ours", true, true)
		put(t, c, "ours again", true, true)
		all := hub.Comments()
		if len(all) != 5 || all[0].Edits+all[1].Edits+all[2].Edits+all[3].Edits != 0 || all[4].Edits != 1 {
			t.Errorf("comments %+v", all)
		}
	}
}

func writerOf(token string) string {
	if token == testkit.GitHubToken {
		return "octocat"
	}
	return "github-actions[bot]"
}

// TestCommentBehindManyPages holds that a long discussion hides no comment.
func TestCommentBehindManyPages(t *testing.T) {
	hub := testkit.NewGitHub(t, testkit.GitHubRepo{ID: "acme/model"})
	for i := range 250 {
		hub.AddComments(testkit.GitHubComment{Repo: "acme/model", Number: 7, Login: "mallory", Body: fmt.Sprint(i)})
	}
	c := pull(t, hub, testkit.GitHubWorkflowToken)
	put(t, c, "one", true, true)
	put(t, c, "two", true, true)
	if n := len(hub.Comments()); n != 251 {
		t.Errorf("%d comments, want 251", n)
	}
}

func TestCommentRefused(t *testing.T) {
	hub := testkit.NewGitHub(t, testkit.GitHubRepo{ID: "acme/model"})
	if _, err := pull(t, hub, testkit.GitHubForkToken).Put(t.Context(), "x", true); !errors.Is(err, ErrReadOnly) {
		t.Errorf("a token that may only read: %v", err)
	}
	if _, err := pull(t, hub, testkit.GitHubForkToken).Put(t.Context(), "x", false); err != nil {
		t.Errorf("nothing to write: %v", err)
	}
	gone := pull(t, hub, testkit.GitHubToken)
	gone.Repo = "gone"
	if _, err := gone.Put(t.Context(), "x", true); !errors.Is(err, ErrReadOnly) {
		t.Errorf("a repository that is not there: %v", err)
	}
	if _, err := pull(t, hub, testkit.GitHubToken).Put(t.Context(), strings.Repeat("x", CommentLimit), true); err == nil || errors.Is(err, ErrReadOnly) {
		t.Errorf("too long: %v", err)
	}
	c := pull(t, hub, testkit.GitHubToken)
	put(t, c, strings.Repeat("ü", c.BodyLimit()), true, true)
}

func TestFindPullRequest(t *testing.T) {
	hub := testkit.NewGitHub(t, testkit.GitHubRepo{ID: "acme/model"})
	hub.AddPulls(
		testkit.GitHubPull{Repo: "acme/model", Number: 3, Base: "b", Head: "old", HeadRepo: "fork/model", HeadBranch: "topic"},
		testkit.GitHubPull{Repo: "acme/model", Number: 4, Base: "b", Head: "h", HeadRepo: "other/model", HeadBranch: "topic"},
		testkit.GitHubPull{Repo: "acme/model", Number: 5, Base: "b", Head: "h", HeadRepo: "fork/model", HeadBranch: "topic"},
	)
	client := pull(t, hub, testkit.GitHubWorkflowToken).Client
	event := Event{Owner: "acme", Repo: "model", After: &After{Event: "pull_request", Owner: "fork", Repo: "model", Branch: "topic", SHA: "h"}}
	found, err := FindPullRequest(t.Context(), client, event)
	if want := (PullRequest{Number: 5, Base: "b", BaseRef: "main", Head: "h", Fork: true}); err != nil || found == nil || *found != want {
		t.Errorf("found %+v, %v", found, err)
	}
	for _, after := range []*After{nil, {Event: "push", Owner: "fork", Branch: "topic", SHA: "h"}, {Event: "pull_request", Owner: "fork", Branch: "topic", SHA: "gone"}} {
		event.After = after
		if found, err := FindPullRequest(t.Context(), client, event); found != nil || err != nil {
			t.Errorf("%+v: found %+v, %v", after, found, err)
		}
	}
}

func TestUploadSARIF(t *testing.T) {
	hub := testkit.NewGitHub(t, testkit.GitHubRepo{ID: "acme/model"})
	event := Event{Owner: "acme", Repo: "model", SHA: strings.Repeat("a", 40), Ref: "refs/pull/7/merge"}
	client := pull(t, hub, testkit.GitHubWorkflowToken).Client
	if err := UploadSARIF(t.Context(), client, event, []byte(`{"version": "2.1.0"}`)); err != nil {
		t.Fatal(err)
	}
	got := hub.SARIF()
	if len(got) != 1 || got[0].Ref != event.Ref || got[0].Commit != event.SHA || got[0].Tool != "entail" || string(got[0].Document) != `{"version": "2.1.0"}` {
		t.Errorf("took %+v", got)
	}
	if err := UploadSARIF(t.Context(), pull(t, hub, testkit.GitHubForkToken).Client, event, nil); !errors.Is(err, ErrReadOnly) {
		t.Errorf("a token that may only read: %v", err)
	}
}
