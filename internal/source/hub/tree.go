package hub

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

// maxPages bounds how many pages of a tree are asked for, of 1,000 files each.
const maxPages = 10

// rootFiles lists the files at the root of a repository by the tree route. It
// is asked only where the facts come without a file list: then a licence at
// the root is worth a request, and folders are not worth hundreds. Nil where
// it cannot be read; a list that broke off is returned as far as it goes.
func (s *Source) rootFiles(ctx context.Context, snap *source.Snapshot, left *time.Duration) []model.File {
	revision := snap.Revision
	if revision == "" {
		revision = "main"
	}
	path := "/api/models/"
	if snap.Kind == model.Dataset {
		path = "/api/datasets/"
	}
	path += snap.ID + "/tree/" + url.PathEscape(revision)
	if files := s.keptRoot(snap); files != nil {
		return files
	}
	var files []model.File
	query := ""
	for range maxPages {
		a, f := s.askWithin(ctx, request{path: path, query: query, accept: "application/json", limit: maxInfoBytes}, left)
		if f != nil {
			return files
		}
		files = append(files, treeFiles(a.body)...)
		next := nextPage(a.header)
		if next == "" {
			s.keepRoot(snap, files, a.token)
			return files
		}
		if next == query {
			return files
		}
		query = next
	}
	return files
}

// treeFiles reads one page of a tree: its files, without folders.
func treeFiles(body []byte) []model.File {
	var entries []json.RawMessage
	_ = json.Unmarshal(body, &entries)
	files := make([]model.File, 0, len(entries))
	for _, raw := range entries {
		var entry struct {
			Type string `json:"type"`
			Path string `json:"path"`
			Size int64  `json:"size"`
		}
		if json.Unmarshal(raw, &entry) == nil && entry.Type == "file" && validPath(entry.Path) {
			files = append(files, model.File{Path: entry.Path, Size: max(entry.Size, -1)})
		}
	}
	return files
}

// nextPage is the query of the page that a Link header calls next; empty where
// there is none. Only the query is taken: behind a mirror the link names the
// real Hub, and the endpoint is never left.
func nextPage(h http.Header) string {
	for link := range strings.SplitSeq(strings.Join(h.Values("Link"), ","), ",") {
		address, parameters, found := strings.Cut(link, ">")
		_, address, open := strings.Cut(address, "<")
		if !found || !open || !isNext(parameters) {
			continue
		}
		at, err := url.Parse(address)
		if err != nil {
			return ""
		}
		query, err := url.ParseQuery(at.RawQuery)
		if err != nil || query.Get("cursor") == "" {
			return ""
		}
		return query.Encode()
	}
	return ""
}

// isNext reads the parameters of a link.
func isNext(parameters string) bool {
	for one := range strings.SplitSeq(parameters, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(one), "=")
		if strings.EqualFold(name, "rel") && strings.EqualFold(strings.Trim(value, `"`), "next") {
			return true
		}
	}
	return false
}
