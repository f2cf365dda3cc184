package testkit

import (
	"net/http"
	"strings"
)

// GitHubPull is an open pull request.
type GitHubPull struct {
	Repo   string
	Number int
	// Base and Head are commits; HeadRepo and HeadBranch say where Head is.
	Base, Head, HeadRepo, HeadBranch string
}

// AddPulls puts pull requests on GitHub.
func (g *GitHub) AddPulls(pulls ...GitHubPull) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.pulls = append(g.pulls, pulls...)
}

// servePulls lists pull requests, of one head where the request names it as
// owner:branch.
func (g *GitHub) servePulls(w http.ResponseWriter, r *http.Request) {
	repo := g.open(w, r)
	if repo == nil {
		return
	}
	list := []map[string]any{}
	g.mu.Lock()
	for _, p := range g.pulls {
		owner, _, _ := strings.Cut(p.HeadRepo, "/")
		if head := r.URL.Query().Get("head"); p.Repo != repo.ID || head != "" && head != owner+":"+p.HeadBranch {
			continue
		}
		list = append(list, map[string]any{
			"number": p.Number, "state": "open",
			"base": map[string]any{"sha": p.Base, "ref": "main", "repo": map[string]any{"full_name": p.Repo}},
			"head": map[string]any{"sha": p.Head, "ref": p.HeadBranch, "repo": map[string]any{"full_name": p.HeadRepo}},
		})
	}
	g.mu.Unlock()
	g.answer(w, http.StatusOK, list)
}
