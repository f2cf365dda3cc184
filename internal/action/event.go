package action

import (
	"encoding/json"
	"fmt"
	"net/url"
	"path"
	"strings"

	"github.com/entail-dev/entail/internal/model"
)

// Event is what started the workflow, as far as the Action needs to know.
type Event struct {
	// Name is the event's, such as pull_request, push or schedule.
	Name string
	// Host is the Enterprise server that the workflow runs on; empty for
	// github.com.
	Host string
	// Owner and Repo name the repository that the workflow runs in.
	Owner, Repo string
	// Workflow is the workflow's name, by which its comment is told from those
	// of others.
	Workflow string
	// SHA and Ref are the commit and the full ref that the workflow runs on.
	SHA, Ref string
	// PullRequest is nil for other events.
	PullRequest *PullRequest
	// After is nil but for a workflow that runs after another one.
	After *After
	// APIURL is the address of the API of the server that the workflow runs on,
	// whose the token is: an Enterprise server's own, else github.com's or that
	// of a mirror which ENTAIL_GITHUB_API_URL names.
	APIURL string
}

// publicAPI is the address of github.com's API.
const publicAPI = "https://api.github.com"

// PullRequest is the pull request of an event.
type PullRequest struct {
	Number int
	// Base and Head are the commits that are compared; BaseRef is the branch
	// that it is to go into.
	Base, Head, BaseRef string
	// Fork is true where the head lies in another repository, so that the
	// token may only read.
	Fork bool
}

// After is the run of another workflow that this one follows: the way to write
// about a fork's pull request without running anything of the fork's.
type After struct {
	// Event is what started the other workflow.
	Event string
	// Owner, Repo, Branch and SHA say what it ran on.
	Owner, Repo, Branch, SHA string
}

// server is the host of an Enterprise server, empty for github.com, and the
// address of the API. A mirror of github.com stands in for that alone: an
// Enterprise server's token is none of its business.
func server(getenv func(string) string) (host, api string) {
	api = orElse(getenv("GITHUB_API_URL"), publicAPI)
	at, err := url.Parse(orElse(getenv("GITHUB_SERVER_URL"), api))
	if err == nil && at.Host != "github.com" && at.Host != "api.github.com" {
		return strings.ToLower(at.Host), strings.TrimRight(api, "/")
	}
	return "", strings.TrimRight(orElse(getenv("ENTAIL_GITHUB_API_URL"), api), "/")
}

// Place is a folder of a repository on the event's server at a revision, for
// the sources that read it by the API. It is not ok where such a reference
// would mean another server or repository.
func (e Event) Place(owner, repo, folder, revision string) (ref model.Ref, ok bool) {
	ref = model.Ref{Kind: model.Model, Host: model.OnGitHub, ID: path.Join(e.Host, owner, repo, folder), Revision: revision}
	parts, ok := ref.GitHub()
	return ref, ok && parts.Host == e.Host && parts.Owner == owner && parts.Repo == repo
}

// payload is the part of an event's document that is read.
type payload struct {
	PullRequest *struct {
		Number int `json:"number"`
		Base   struct {
			SHA string `json:"sha"`
			Ref string `json:"ref"`
		} `json:"base"`
		Head struct {
			SHA  string       `json:"sha"`
			Repo *payloadRepo `json:"repo"`
		} `json:"head"`
	} `json:"pull_request"`
	WorkflowRun *struct {
		Event  string      `json:"event"`
		SHA    string      `json:"head_sha"`
		Branch string      `json:"head_branch"`
		Repo   payloadRepo `json:"head_repository"`
	} `json:"workflow_run"`
}

type payloadRepo struct {
	FullName string `json:"full_name"`
}

// maxEventBytes bounds the event's document; GitHub's own bound is 25 MB.
const maxEventBytes = 25 << 20

// ReadEvent reads what the runner says of the event: variables by getenv, the
// document at GITHUB_EVENT_PATH by readFile. Outside a runner there is no
// event, and no error.
func ReadEvent(getenv func(string) string, readFile func(string) ([]byte, error)) (Event, error) {
	e := Event{
		Name: getenv("GITHUB_EVENT_NAME"), Workflow: getenv("GITHUB_WORKFLOW"),
		SHA: getenv("GITHUB_SHA"), Ref: getenv("GITHUB_REF"),
	}
	e.Host, e.APIURL = server(getenv)
	e.Owner, e.Repo, _ = strings.Cut(getenv("GITHUB_REPOSITORY"), "/")
	document := getenv("GITHUB_EVENT_PATH")
	if document == "" || !strings.HasPrefix(e.Name, "pull_request") && e.Name != "workflow_run" {
		return e, nil
	}
	text, err := readFile(document)
	if err != nil {
		return e, fmt.Errorf("read the event's document: %w", err)
	}
	if len(text) > maxEventBytes {
		return e, fmt.Errorf("read the event's document: larger than %d MB", maxEventBytes>>20)
	}
	var p payload
	if err := json.Unmarshal(text, &p); err != nil {
		return e, fmt.Errorf("read the event's document: %w", err)
	}
	if run := p.WorkflowRun; run != nil {
		e.After = &After{Event: run.Event, Branch: run.Branch, SHA: run.SHA}
		e.After.Owner, e.After.Repo, _ = strings.Cut(run.Repo.FullName, "/")
	}
	if p.PullRequest == nil {
		return e, nil
	}
	e.PullRequest = &PullRequest{
		Number: p.PullRequest.Number, Base: p.PullRequest.Base.SHA, BaseRef: p.PullRequest.Base.Ref, Head: p.PullRequest.Head.SHA,
		// The head's repository is null once the fork is deleted.
		Fork: p.PullRequest.Head.Repo == nil ||
			!strings.EqualFold(p.PullRequest.Head.Repo.FullName, e.Owner+"/"+e.Repo),
	}
	return e, nil
}
