package action

import (
	"context"
	"fmt"

	"github.com/google/go-github/v62/github"
)

// FindPullRequest finds the open pull request of an event's repository whose
// head is what another workflow ran on, or nil. The event of such a run names
// no pull request where the head lies in a fork.
func FindPullRequest(ctx context.Context, client *github.Client, e Event) (*PullRequest, error) {
	if e.After == nil || e.After.Event != "pull_request" {
		return nil, nil
	}
	list, _, err := client.PullRequests.List(ctx, e.Owner, e.Repo, &github.PullRequestListOptions{
		State: "open", Head: e.After.Owner + ":" + e.After.Branch, ListOptions: github.ListOptions{PerPage: commentPage},
	})
	if err != nil {
		return nil, fmt.Errorf("find the pull request of %s: %w", e.After.SHA, cause(err))
	}
	for _, one := range list {
		if one.GetHead().GetSHA() == e.After.SHA {
			return &PullRequest{
				Number: one.GetNumber(), Base: one.GetBase().GetSHA(), BaseRef: one.GetBase().GetRef(), Head: one.GetHead().GetSHA(),
				Fork: e.After.Owner+"/"+e.After.Repo != e.Owner+"/"+e.Repo,
			}, nil
		}
	}
	return nil, nil
}
