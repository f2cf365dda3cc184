package testkit

import (
	"cmp"
	"encoding/base64"
	"hash/crc32"
	"net/http"
	"strconv"
	"strings"
)

// number is the number by which GitHub knows a repository through renames.
func (repo *GitHubRepo) number() string {
	return strconv.Itoa(int(crc32.ChecksumIEEE([]byte(strings.ToLower(repo.ID)))))
}

// serveRepo answers /repos/{owner}/{repo} and /repositories/{number}.
func (g *GitHub) serveRepo(w http.ResponseWriter, r *http.Request) {
	repo := g.open(w, r)
	if repo == nil {
		return
	}
	owner, name, _ := strings.Cut(repo.ID, "/")
	number, _ := strconv.Atoi(repo.number())
	body := map[string]any{
		"id": number, "name": name, "full_name": repo.ID, "private": repo.Private,
		"owner":          map[string]any{"login": owner, "type": "Organization"},
		"default_branch": repo.Branch, "created_at": "2024-01-02T03:04:05Z", "pushed_at": "2024-02-02T03:04:05Z",
		"disabled": repo.Disabled, "archived": false, "size": len(repo.Files), "license": nil,
	}
	if repo.SPDX != "" {
		body["license"] = repo.license()
	}
	g.answer(w, http.StatusOK, body)
}

// license is GitHub's description of a licence.
func (repo *GitHubRepo) license() map[string]any {
	if repo.SPDX == "NOASSERTION" {
		return map[string]any{"key": "other", "name": "Other", "spdx_id": "NOASSERTION", "url": nil}
	}
	key := strings.ToLower(repo.SPDX)
	return map[string]any{"key": key, "name": repo.SPDX + " License", "spdx_id": repo.SPDX, "url": "https://api.github.com/licenses/" + key}
}

// serveLicense answers /repos/{owner}/{repo}/license?ref=.
func (g *GitHub) serveLicense(w http.ResponseWriter, r *http.Request) {
	repo := g.open(w, r)
	if repo == nil {
		return
	}
	files, ok := repo.at(r.URL.Query().Get("ref"))
	name := cmp.Or(repo.LicenseFile, "LICENSE")
	content, there := files[name]
	if !ok || repo.SPDX == "" || !there {
		g.refuse(w, http.StatusNotFound, "Not Found", "https://docs.github.com/rest/licenses/licenses#get-the-license-for-a-repository")
		return
	}
	g.answer(w, http.StatusOK, map[string]any{
		"name": name, "path": name, "sha": blobID(content), "size": len(content), "type": "file",
		"content": wrapped(content), "encoding": "base64", "license": repo.license(),
	})
}

// wrapped is base64 in lines of 60, as GitHub sends it.
func wrapped(content string) string {
	text := base64.StdEncoding.EncodeToString([]byte(content))
	var b strings.Builder
	for len(text) > 60 {
		b.WriteString(text[:60] + "\n")
		text = text[60:]
	}
	b.WriteString(text + "\n")
	return b.String()
}
