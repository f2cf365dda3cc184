package github

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	gh "github.com/google/go-github/v62/github"

	"github.com/entail-dev/entail/internal/license"
	"github.com/entail-dev/entail/internal/model"
)

// maxSplits bounds how often a revision with slashes is taken for a branch and
// a folder.
const maxSplits = 8

// repo is one repository at one commit, as far as it has been read.
type repo struct {
	server *server
	// at is what was asked for; owner and name become those that answered.
	at        model.GitHub
	branch    string
	createdAt string
	commit    string
	// entries is the tree by path from the repository's root; content are
	// files that came along with other answers, by their blob.
	entries map[string]entry
	content map[string][]byte
	// files is the list as a snapshot has it, from the folder on; gap says
	// why it is not whole.
	files []model.File
	gap   string
	// detected says whether GitHub found a licence file on the default
	// branch; spdx is what it takes the licence for.
	detected bool
	spdx     string
}

// id is the id that answered.
func (r *repo) id() string {
	return model.Ref{Host: model.OnGitHub, ID: r.at.ID()}.Key()
}

// describe asks for the repository itself. A renamed one answers with its own
// name, and so does one that is asked for in another letter case.
func (r *repo) describe(ctx context.Context) *failure {
	var found *gh.Repository
	f := r.server.ask(ctx, func(ctx context.Context, c *gh.Client) (err error) {
		found, _, err = c.Repositories.Get(ctx, r.at.Owner, r.at.Repo)
		return err
	})
	if f != nil {
		return f
	}
	owner, repo, _ := strings.Cut(found.GetFullName(), "/")
	r.at.Owner, r.at.Repo = owner, repo
	if again, ok := (model.Ref{Host: model.OnGitHub, ID: r.at.ID()}).GitHub(); !ok || again != r.at {
		return &failure{state: model.Failed, detail: "the answer is not the JSON of GitHub: it names no repository"}
	}
	if found.GetDisabled() {
		return &failure{state: model.Disabled, detail: "GitHub has disabled access to it"}
	}
	r.branch = found.GetDefaultBranch()
	r.detected = found.GetLicense() != nil
	if at := found.GetCreatedAt(); !at.IsZero() {
		r.createdAt = at.UTC().Format(time.RFC3339)
	}
	return nil
}

// resolve turns a revision into a commit. An address does not tell where a
// branch with slashes ends and a folder begins, so that the whole is tried
// first, and then less and less of it.
func (r *repo) resolve(ctx context.Context, revision string) *failure {
	if revision == "" {
		branch := r.branch
		if branch == "" {
			branch = "HEAD"
		}
		if f := r.find(ctx, branch); f != nil {
			return f
		}
		r.server.vouched.Store(r.key(), true)
		return nil
	}
	var first *failure
	folder := r.at.Folder
	for range maxSplits {
		f := r.find(ctx, revision)
		if f == nil {
			f = r.vouch(ctx, revision)
		}
		if f == nil {
			r.server.vouched.Store(r.key(), true)
			return nil
		}
		if first == nil {
			first = f
		}
		cut := strings.LastIndexByte(revision, '/')
		if cut < 0 || f.cause != errNoRevision || folder != "" {
			break
		}
		r.at.Folder = path.Join(revision[cut+1:], r.at.Folder)
		revision = revision[:cut]
	}
	r.at.Folder = folder
	return first
}

// key names the repository at its commit.
func (r *repo) key() string { return r.at.Owner + "/" + r.at.Repo + "@" + r.commit }

// find asks for the commit of a revision.
func (r *repo) find(ctx context.Context, revision string) *failure {
	var commit string
	f := r.server.ask(ctx, func(ctx context.Context, c *gh.Client) (err error) {
		commit, _, err = c.Repositories.GetCommitSHA1(ctx, r.at.Owner, r.at.Repo, revision, "")
		return err
	})
	switch {
	case f != nil && (f.status == http.StatusUnprocessableEntity || f.status == http.StatusNotFound):
		return &failure{state: model.NotFound, detail: "GitHub has no such revision of it", cause: errNoRevision}
	case f != nil:
		return f
	case !isObject(commit):
		return &failure{state: model.Failed, detail: "the answer is no commit of GitHub's"}
	}
	r.commit = commit
	return nil
}

// vouch refuses a commit that is named by its own name and is not on the
// default branch: GitHub shows every commit of every fork as if it were the
// repository's own, so that such a name proves nothing about whose it is. A
// commit that a branch or tag led to before is known.
func (r *repo) vouch(ctx context.Context, revision string) *failure {
	if len(revision) < 4 || !strings.HasPrefix(r.commit, strings.ToLower(revision)) || r.branch == "" {
		return nil
	}
	if _, known := r.server.vouched.Load(r.key()); known {
		return nil
	}
	var found *gh.CommitsComparison
	f := r.server.ask(ctx, func(ctx context.Context, c *gh.Client) (err error) {
		found, _, err = c.Repositories.CompareCommits(ctx, r.at.Owner, r.at.Repo, r.branch, r.commit, &gh.ListOptions{PerPage: 1, Page: 2})
		return err
	})
	switch status := found.GetStatus(); {
	case f != nil && f.status != http.StatusNotFound:
		return f
	case f == nil && (status == "identical" || status == "behind"):
		return nil
	}
	return &failure{
		state:  model.Failed,
		detail: "the commit is not on the default branch, and may be a fork's; name the branch or the tag that it is on",
	}
}

// claim asks what GitHub takes the licence for. Its answer holds the file too,
// which saves a request. A folder with licence files of its own is not under
// that of the repository.
func (r *repo) claim(ctx context.Context, revision string) *failure {
	if revision == "" && !r.detected || r.at.Folder != "" && slices.ContainsFunc(r.files, isLicense) {
		return nil
	}
	var found gh.RepositoryLicense
	f := r.server.ask(ctx, func(ctx context.Context, c *gh.Client) error {
		address := fmt.Sprintf("repos/%s/%s/license?ref=%s", r.at.Owner, r.at.Repo, url.QueryEscape(r.commit))
		req, err := c.NewRequest(http.MethodGet, address, nil)
		if err != nil {
			return err
		}
		_, err = c.Do(ctx, req, &found)
		return err
	})
	if f != nil && f.status == http.StatusNotFound {
		return nil
	}
	if f != nil {
		return f
	}
	if sha := found.GetSHA(); isObject(sha) && found.GetEncoding() == "base64" {
		if text, err := decode(found.GetContent(), sha); err == nil {
			r.content = map[string][]byte{sha: text}
		}
	}
	if spdx := found.GetLicense().GetSPDXID(); spdx != "NOASSERTION" && !strings.ContainsAny(spdx, " \n\t") {
		r.spdx = spdx
	}
	return nil
}

func isLicense(f model.File) bool {
	_, ok := license.LicenseFile(f.Path)
	return ok && !strings.Contains(f.Path, "/")
}

// isObject reports whether s is Git's full name of an object, by SHA-1 or
// SHA-256.
func isObject(s string) bool {
	return (len(s) == 40 || len(s) == 64) && strings.Trim(s, "0123456789abcdef") == ""
}

// locate finds the repository that a relative path in the card leads to: a
// folder of the same one.
func (r *repo) locate(written string) (model.Ref, error) {
	to := path.Join(r.at.Folder, written)
	if to != "." && !fs.ValidPath(to) {
		return model.Ref{}, errors.New("leads out of the repository")
	}
	at := r.at
	if at.Folder = to; to == "." {
		at.Folder = ""
	}
	ref := model.Ref{Kind: model.Model, Host: model.OnGitHub, ID: at.ID(), Revision: r.commit}
	if _, ok := ref.GitHub(); !ok {
		return model.Ref{}, errors.New("is not the path of a folder")
	}
	return ref, nil
}
