package card

import (
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/entail-dev/entail/internal/model"
)

// modelRef reads the model that a card names: on the Hub, on GitHub, or by a
// path from the card's own folder. Why is empty for one that can be followed
// wherever the card is, else it says what the value is instead. A path has both
// a reference and a why: it leads somewhere only from a folder.
func modelRef(written string) (ref model.Ref, why string) {
	s := strings.TrimSpace(written)
	if ref, ok := model.ParseGitHub(s); ok {
		return ref, ""
	}
	if strings.HasPrefix(s, "github:") {
		return model.Ref{}, "is not spelled like a repository on GitHub"
	}
	if ref, ok := model.ParseGitHubURL("", s); ok {
		return ref, ""
	}
	id, why := hubID(s, false)
	switch {
	case why == "":
		return model.Ref{Kind: model.Model, ID: id}, ""
	case isRelative(s):
		return model.Ref{Kind: model.Model, Host: model.OnDisk, ID: strings.TrimRight(s, "/")}, why
	}
	return model.Ref{}, why
}

// datasetRef reads the data set that a card names.
func datasetRef(written string) (ref model.Ref, why string) {
	id, why := hubID(written, true)
	if why != "" {
		return model.Ref{}, why
	}
	return model.Ref{Kind: model.Dataset, ID: id}, ""
}

// maxPathBytes bounds a path that a card names.
const maxPathBytes = 1024

// isRelative tells a path from the card's own folder, written so that nobody
// takes it for an id: ./base or ../base.
func isRelative(s string) bool {
	first, _, _ := strings.Cut(s, "/")
	return (first == "." || first == "..") && len(s) <= maxPathBytes && !strings.ContainsFunc(s, unicode.IsControl)
}

// hubID accepts an id and the addresses on the Hub that lead to it.
func hubID(written string, dataset bool) (id, why string) {
	s := strings.TrimSpace(written)
	if s == "" {
		return "", "is empty"
	}
	if rest, ok := hubPath(s); ok {
		if id := idOfPath(rest, dataset); id != "" {
			return id, ""
		}
		return s, "is a Hub address that leads to something else"
	}
	switch {
	case strings.Contains(s, "://"), strings.HasPrefix(s, "www."), strings.HasPrefix(s, "git@"):
		return s, "is an address elsewhere"
	case isPath(s):
		return s, "is a path on a file system"
	case strings.Trim(s, "0123456789.") == "":
		return s, "is a number"
	case !validID(s):
		return s, "is not spelled like an id"
	}
	return s, ""
}

// hubPath is the path of an address on the Hub.
func hubPath(s string) (path string, ok bool) {
	if rest, ok := strings.CutPrefix(s, "hf://"); ok {
		return rest, true
	}
	full := s
	if !strings.Contains(s, "://") {
		full = "https://" + s
	}
	u, err := url.Parse(full)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") {
		return "", false
	}
	switch strings.ToLower(u.Hostname()) {
	case "huggingface.co", "www.huggingface.co", "hf.co":
		return u.Path, true
	}
	return "", false
}

// idOfPath is the id that a path on the Hub leads to, empty where it leads to
// no repository of the kind asked for. A revision or a file below it is left
// out.
func idOfPath(path string, dataset bool) string {
	parts := strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
	if len(parts) > 0 && parts[0] == "api" {
		parts = parts[1:]
	}
	if len(parts) == 0 {
		return ""
	}
	switch parts[0] {
	case "datasets":
		if !dataset {
			return ""
		}
		parts = parts[1:]
	case "models":
		if len(parts) < 3 || dataset {
			return ""
		}
		parts = parts[1:]
	case "spaces", "papers", "collections", "docs", "blog", "buckets", "tasks", "organizations":
		return ""
	default:
		if dataset {
			return ""
		}
	}
	inside := []string{"tree", "blob", "resolve", "raw", "commit", "commits", "discussions", "edit"}
	n := min(2, len(parts))
	if n == 2 && slices.Contains(inside, parts[1]) {
		n = 1
	}
	id := strings.Join(parts[:n], "/")
	id, _, _ = strings.Cut(id, "@")
	id = strings.TrimSuffix(id, ".git")
	if !validID(id) {
		return ""
	}
	return id
}

// isPath tells paths of a file system, as trainers write them, from ids.
func isPath(s string) bool {
	drive := len(s) > 2 && s[1] == ':' && (s[2] == '\\' || s[2] == '/')
	return drive || strings.HasPrefix(s, "/") || strings.HasPrefix(s, ".") || strings.HasPrefix(s, "~") ||
		strings.HasSuffix(s, "/") || strings.Contains(s, "\\") ||
		strings.Count(s, "/") > 1 && !strings.ContainsAny(s, ",;\n")
}

// validID applies the Hub's rule for repository ids: at most one slash;
// letters, digits, "-", "_" and "."; no "--" and no ".."; no "-" or "." at
// either end of a name; 1 to 96 characters; no ".git" at the end.
func validID(s string) bool {
	parts := strings.Split(s, "/")
	if len(parts) > 2 || strings.HasSuffix(s, ".git") || strings.Contains(s, "--") || strings.Contains(s, "..") {
		return false
	}
	for _, p := range parts {
		if p == "" || len(p) > 96 || strings.ContainsAny(p[:1]+p[len(p)-1:], "-.") {
			return false
		}
		for i := range len(p) {
			if !idByte(p[i]) {
				return false
			}
		}
	}
	return true
}

// idByte tells the bytes of which ids are made.
func idByte(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '-' || b == '_' || b == '.'
}
