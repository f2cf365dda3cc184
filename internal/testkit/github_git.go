package testkit

import (
	"encoding/hex"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// Commit is the commit of a branch or tag of a repository.
func (g *GitHub) Commit(id, ref string) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, repo := range g.repos {
		if repo.ID == id {
			return repo.commitID(ref)
		}
	}
	return ""
}

// commitID is the commit of a branch or tag: of its name and its files.
func (repo *GitHubRepo) commitID(ref string) string {
	if isHex(ref) {
		return ref
	}
	files, _ := repo.at(ref)
	return blobID(repo.ID + "\x00" + ref + "\x00" + digest(files))
}

func isHex(s string) bool {
	_, err := hex.DecodeString(s)
	return err == nil && len(s) == 40
}

func digest(files map[string]string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		b.WriteString(name + "\x00" + files[name] + "\x00")
	}
	return b.String()
}

// names are all branches, tags and commits that a repository has.
func (repo *GitHubRepo) names() []string {
	return append(slices.Sorted(maps.Keys(repo.Refs)), repo.Branch)
}

// at returns the files at a branch, a tag or a commit; the default branch for
// an empty one.
func (repo *GitHubRepo) at(ref string) (map[string]string, bool) {
	if ref == "" || ref == "HEAD" || ref == repo.Branch {
		return repo.Files, !repo.Empty
	}
	if files, ok := repo.Refs[ref]; ok {
		return files, true
	}
	if isHex(ref) {
		for _, name := range repo.names() {
			if repo.commitID(name) == ref {
				return repo.at(name)
			}
		}
	}
	return nil, false
}

// serveCommit answers /repos/{owner}/{repo}/commits/{ref} with the commit's
// name alone, which is what is asked for.
func (g *GitHub) serveCommit(w http.ResponseWriter, r *http.Request) {
	repo := g.open(w, r)
	if repo == nil {
		return
	}
	ref := r.PathValue("ref")
	if repo.Empty {
		g.refuse(w, http.StatusConflict, "Git Repository is empty.", "https://docs.github.com/rest/commits/commits#get-a-commit")
		return
	}
	if _, ok := repo.at(ref); !ok {
		g.refuse(w, http.StatusUnprocessableEntity, "No commit found for SHA: "+ref, "https://docs.github.com/rest/commits/commits#get-a-commit")
		return
	}
	if ref == "HEAD" {
		ref = repo.Branch
	}
	w.Header().Set("Content-Type", "application/vnd.github.v3.sha; charset=utf-8")
	w.Header().Set("ETag", `"`+repo.commitID(ref)+`"`)
	_, _ = w.Write([]byte(repo.commitID(ref)))
}

// serveCompare answers /repos/{owner}/{repo}/compare/{base}...{head}. A commit
// among Refs by its name stands for one of a fork: GitHub shows it below the
// repository that the fork is of, and it is on none of its branches.
func (g *GitHub) serveCompare(w http.ResponseWriter, r *http.Request) {
	repo := g.open(w, r)
	if repo == nil {
		return
	}
	_, head, _ := strings.Cut(r.PathValue("range"), "...")
	if _, ok := repo.at(head); !ok {
		g.refuse(w, http.StatusNotFound, "Not Found", "https://docs.github.com/rest/commits/commits#compare-two-commits")
		return
	}
	status, ahead := "identical", 0
	if _, fork := repo.Refs[head]; fork {
		status, ahead = "diverged", 1
	} else if head != repo.commitID(repo.Branch) {
		status = "behind"
	}
	g.answer(w, http.StatusOK, map[string]any{"status": status, "ahead_by": ahead, "commits": []any{}, "files": []any{}})
}

// node is one entry of a tree.
type node struct {
	Path string `json:"path"`
	Mode string `json:"mode"`
	Type string `json:"type"`
	SHA  string `json:"sha"`
	Size *int   `json:"size,omitempty"`
}

// tree lists what lies below a folder (with a / at its end; empty for the
// root): folders, files, links and submodules, in the order of paths.
func (repo *GitHubRepo) tree(files map[string]string, folder string) []node {
	found := map[string]node{}
	add := func(path, mode, kind, sha string, size *int) {
		rest, ok := strings.CutPrefix(path, folder)
		if !ok {
			return
		}
		found[rest] = node{rest, mode, kind, sha, size}
		for i, c := range rest {
			if c == '/' {
				found[rest[:i]] = node{rest[:i], "040000", "tree", treeID(files, folder+rest[:i]+"/"), nil}
			}
		}
	}
	for path, content := range files {
		n := len(content)
		add(path, "100644", "blob", blobID(content), &n)
	}
	for path, target := range repo.Symlinks {
		n := len(target)
		add(path, "120000", "blob", blobID(target), &n)
	}
	for path, commit := range repo.Submodules {
		add(path, "160000", "commit", commit, nil)
	}
	var list []node
	for _, path := range slices.Sorted(maps.Keys(found)) {
		list = append(list, found[path])
	}
	return list
}

// treeID stands for Git's name of a folder: unlike Git's own it depends on
// where the folder is, so that it can be found again.
func treeID(files map[string]string, folder string) string {
	return blobID("tree\x00" + folder + "\x00" + digest(files))
}

// findTree finds the files and the folder that a tree's or a commit's name
// stands for.
func (repo *GitHubRepo) findTree(sha string) (files map[string]string, folder string, ok bool) {
	if files, ok := repo.at(sha); ok {
		return files, "", true
	}
	for _, name := range repo.names() {
		files, _ := repo.at(name)
		for _, entry := range repo.tree(files, "") {
			if entry.Type == "tree" && entry.SHA == sha {
				return files, entry.Path + "/", true
			}
		}
	}
	return nil, "", false
}

// serveTree answers /repos/{owner}/{repo}/git/trees/{sha}, of a commit too.
func (g *GitHub) serveTree(w http.ResponseWriter, r *http.Request) {
	repo := g.open(w, r)
	if repo == nil {
		return
	}
	sha := r.PathValue("sha")
	files, folder, ok := repo.findTree(sha)
	switch {
	case repo.Empty:
		g.refuse(w, http.StatusConflict, "Git Repository is empty.", "https://docs.github.com/rest/git/trees#get-a-tree")
		return
	case !ok:
		g.refuse(w, http.StatusNotFound, "Not Found", "https://docs.github.com/rest/git/trees#get-a-tree")
		return
	}
	list := repo.tree(files, folder)
	cut := false
	if r.URL.Query().Get("recursive") == "" {
		list = slices.DeleteFunc(list, func(n node) bool { return strings.Contains(n.Path, "/") })
	} else if repo.Cut > 0 && len(list) > repo.Cut {
		list, cut = list[:repo.Cut], true
	}
	if list == nil {
		list = []node{}
	}
	g.answer(w, http.StatusOK, map[string]any{"sha": treeID(files, folder), "url": g.URL() + r.URL.Path, "tree": list, "truncated": cut})
}

// serveBlob answers /repos/{owner}/{repo}/git/blobs/{sha}.
func (g *GitHub) serveBlob(w http.ResponseWriter, r *http.Request) {
	repo := g.open(w, r)
	if repo == nil {
		return
	}
	sha := r.PathValue("sha")
	for _, name := range repo.names() {
		files, _ := repo.at(name)
		for _, set := range []map[string]string{files, repo.Symlinks} {
			for _, content := range set {
				if blobID(content) != sha {
					continue
				}
				if repo.Fault != nil && repo.Fault.Kind == GitHubTampered {
					content = "tampered with"
				}
				g.answer(w, http.StatusOK, map[string]any{
					"sha": sha, "size": len(content), "encoding": "base64", "content": wrapped(content),
				})
				return
			}
		}
	}
	g.refuse(w, http.StatusNotFound, "Not Found", "https://docs.github.com/rest/git/blobs#get-a-blob")
}
