package testkit

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/entail-dev/entail/internal/model"
)

// serveResolve answers /{id}/resolve/{rev}/{path}: a redirect within the Hub
// for a small file, to the second host for a large one.
func (h *Hub) serveResolve(w http.ResponseWriter, r *http.Request, kind model.Kind, rest string) {
	before := r.URL.EscapedPath()[:len(r.URL.EscapedPath())-len(rest)]
	id, after := splitID(rest, "resolve")
	view, ok := strings.CutPrefix(after, "/resolve/")
	if !ok {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, "<!doctype html><title>404</title>")
		return
	}
	repo := h.open(w, r, kind, id, before, after, true)
	if repo == nil || h.broken(w, r, repo.Fault, "resolvers", repo) {
		return
	}
	escaped, file, _ := strings.Cut(view, "/")
	rev, err := url.PathUnescape(escaped)
	if err != nil || !repo.has(rev) {
		refuse(w, http.StatusNotFound, "RevisionNotFound", "Invalid rev id: "+rev)
		return
	}
	name, err := url.PathUnescape(file)
	_, ok = repo.Files[name]
	w.Header().Set("X-Repo-Commit", repo.commit())
	if err != nil || !ok {
		w.Header().Set("X-Error-Code", "EntryNotFound")
		w.Header().Set("X-Error-Message", "Entry not found")
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, "Entry not found")
		return
	}
	h.send(w, r, repo, name, file)
}

// send redirects to where the contents of a file are. escaped is its name as
// the address had it.
func (h *Hub) send(w http.ResponseWriter, r *http.Request, repo *HubRepo, name, escaped string) {
	body := repo.Files[name]
	announced, signature := body, "short-lived"
	if f := repo.Fault; f != nil && f.Kind.contents() && h.due(f, "file") {
		switch f.Kind {
		case HubTampered:
			announced += "tampered with"
		case HubOtherCommit:
			w.Header().Set("X-Repo-Commit", blobID("another commit"))
		case HubExpired:
			signature = "expired"
		}
	}
	w.Header().Set("X-Linked-Size", fmt.Sprint(len(body)))
	if slices.Contains(repo.LFS, name) {
		w.Header().Set("X-Linked-Etag", `"`+sha256Hex(announced)+`"`)
		redirect(w, http.StatusFound, h.storage.URL+"/"+sha256Hex(body)+"?X-Signature="+signature)
		return
	}
	w.Header().Set("X-Linked-Etag", `"`+blobID(announced)+`"`)
	key := strings.ReplaceAll(url.QueryEscape(r.URL.EscapedPath()), "+", "%20")
	redirect(w, http.StatusTemporaryRedirect, fmt.Sprintf("/api/resolve-cache/%ss/%s/%s/%s?%s=&etag=%%22%s%%22",
		repo.Kind, repo.ID, repo.commit(), escaped, key, blobID(body)))
}

// serveCache answers /api/resolve-cache/models/{id}/{sha}/{path}.
func (h *Hub) serveCache(w http.ResponseWriter, r *http.Request, kind model.Kind, rest string) {
	for n := 1; n <= 2; n++ {
		segments := strings.SplitN(rest, "/", n+2)
		if len(segments) < n+2 {
			break
		}
		repo, _ := h.find(kind, strings.Join(segments[:n], "/"))
		if repo == nil || segments[n] != repo.commit() {
			continue
		}
		name, err := url.PathUnescape(segments[n+1])
		if body, ok := repo.Files[name]; ok && err == nil {
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			w.Header().Set("X-Repo-Commit", repo.commit())
			w.Header().Set("ETag", `"`+blobID("cache "+body)+`"`)
			h.sendPart(w, r, repo, body)
			return
		}
	}
	refuse(w, http.StatusNotFound, "EntryNotFound", "Entry not found")
}
