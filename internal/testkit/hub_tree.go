package testkit

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// realHub is the host that the Hub's own links name, whatever host was asked:
// a mirror passes them on as they are.
const realHub = "https://huggingface.co"

// sendJSON answers with v and its entity tag, or with 304 where the caller
// has that already.
func sendJSON(w http.ResponseWriter, r *http.Request, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		refuse(w, http.StatusInternalServerError, "", err.Error())
		return
	}
	tag := fmt.Sprintf(`W/"%x-%s"`, len(body), sha256Hex(string(body))[:27])
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = w.Write(body)
}

// sendPart answers with a file or with the part of it that was asked for.
func (h *Hub) sendPart(w http.ResponseWriter, r *http.Request, repo *HubRepo, body string) {
	asked := r.Header.Get("Range")
	if f := repo.Fault; asked != "" && f != nil && f.Kind.contents() {
		switch {
		case f.Kind == HubNoRange && h.due(f, "file"):
			r.Header.Del("Range")
		case f.Kind == HubOtherRange && h.due(f, "file"):
			r.Header.Set("Range", "bytes=0-4")
		case f.Kind == HubShortRange && h.due(f, "file"):
			from, _, _ := strings.Cut(asked, "-")
			n, _ := strconv.Atoi(strings.TrimPrefix(from, "bytes="))
			r.Header.Set("Range", fmt.Sprintf("bytes=%d-%d", n, n))
		}
	}
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(body))
}

// serveTree answers /api/models/{id}/tree/{rev}[/{path}], by pages of 1,000 or
// of the limit asked for. The next page is in the Link header, which names the
// real Hub.
func (h *Hub) serveTree(w http.ResponseWriter, r *http.Request, repo *HubRepo, view string) {
	escaped, folder, _ := strings.Cut(view, "/")
	rev, err := url.PathUnescape(escaped)
	if err != nil || !repo.has(rev) {
		refuse(w, http.StatusNotFound, "RevisionNotFound", "Invalid rev id: "+rev)
		return
	}
	query := r.URL.Query()
	entries := repo.tree(folder, query.Get("recursive") == "true")
	size, most := 1000, 1000
	if query.Get("expand") == "true" {
		size, most = 50, 50
	}
	if n, err := strconv.Atoi(query.Get("limit")); err == nil && n > 0 {
		size = min(n, most)
	}
	from := 0
	if cursor := query.Get("cursor"); cursor != "" {
		text, err := base64.StdEncoding.DecodeString(cursor)
		if err == nil {
			from, err = strconv.Atoi(string(text))
		}
		if err != nil || from < 0 || from > len(entries) {
			refuse(w, http.StatusBadRequest, "", "Invalid cursor")
			return
		}
	}
	to := min(from+size, len(entries))
	if to < len(entries) {
		query.Set("cursor", base64.StdEncoding.EncodeToString([]byte(strconv.Itoa(to))))
		w.Header().Set("Link", fmt.Sprintf(`<%s%s?%s>; rel="next"`, realHub, r.URL.EscapedPath(), query.Encode()))
	}
	sendJSON(w, r, entries[from:to])
}

// tree lists a folder of the repository as the Hub does: folders first, then
// files by name.
func (repo *HubRepo) tree(folder string, recursive bool) []map[string]any {
	folders, files := []map[string]any{}, []map[string]any{}
	seen := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(repo.Files)) {
		rest, ok := name, true
		if folder != "" {
			rest, ok = strings.CutPrefix(name, folder+"/")
		}
		if !ok {
			continue
		}
		if dir, _, nested := strings.Cut(rest, "/"); nested && !recursive {
			if full := strings.TrimSuffix(name, rest) + dir; !seen[full] {
				seen[full] = true
				folders = append(folders, map[string]any{"type": "directory", "oid": blobID(full), "size": 0, "path": full})
			}
			continue
		}
		body := repo.Files[name]
		entry := map[string]any{"type": "file", "oid": blobID(body), "size": len(body), "path": name}
		if slices.Contains(repo.LFS, name) {
			pointer := fmt.Appendf(nil, "version 1\noid sha256:%s\nsize %d\n", sha256Hex(body), len(body))
			entry["lfs"] = map[string]any{"oid": sha256Hex(body), "size": len(body), "pointerSize": len(bytes.TrimSpace(pointer))}
		}
		files = append(files, entry)
	}
	return append(folders, files...)
}
