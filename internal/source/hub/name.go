package hub

import (
	"net/url"
	"slices"
	"strings"

	"github.com/entail-dev/entail/internal/model"
)

// maxNameBytes bounds each part of an id, by the Hub's own rule.
const maxNameBytes = 96

// maxRevisionBytes bounds the name of a revision; Git's own limit is near.
const maxRevisionBytes = 255

// ValidID reports whether id can be the name of a repository on the Hub:
// "namespace/name" or a bare name, of ASCII letters, digits, '-', '_' and '.'.
// It says nothing about whether such a repository exists.
func ValidID(id string) bool {
	if strings.Contains(id, "--") || strings.Contains(id, "..") || strings.HasSuffix(id, ".git") {
		return false
	}
	space, bare, found := strings.Cut(id, "/")
	if !found {
		return validPart(space)
	}
	return validPart(space) && validPart(bare)
}

func validPart(part string) bool {
	if part == "" || len(part) > maxNameBytes {
		return false
	}
	for i := range len(part) {
		switch c := part[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '_':
		case c == '-' || c == '.':
			if i == 0 || i == len(part)-1 {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// validRevision reports whether a branch, tag or commit may have that name.
// It is sent as one escaped segment of a path, so that only what a proxy might
// take for a step within the path has to be kept out.
func validRevision(rev string) bool {
	if rev == "" || len(rev) > maxRevisionBytes || rev == "." || strings.Contains(rev, "..") {
		return false
	}
	for _, r := range rev {
		if r <= ' ' || r == 0x7f || r == '\ufffd' || strings.ContainsRune(`~^:?*[\`, r) {
			return false
		}
	}
	return true
}

// ParseURL reads the address of a repository as people paste it: a page of the
// Hub at endpoint or of the default one, with or without its scheme, such as
// /org/name, /org/name/blob/main/README.md or /datasets/org/name; an address
// of its API; or an hf:// path. The path within the repository is dropped, and
// so is the revision "main", which every repository has by default. It reports
// false for all else, Spaces and pages of the site included.
func ParseURL(endpoint, raw string) (model.Ref, bool) {
	raw = strings.TrimSpace(raw)
	if rest, ok := strings.CutPrefix(raw, "hf://"); ok {
		return parsePath(rest)
	}
	segments, ok := pageSegments(endpoint, raw)
	if !ok || len(segments) == 0 {
		return model.Ref{}, false
	}
	if segments[0] == "api" {
		if len(segments) < 2 || segments[1] != "models" && segments[1] != "datasets" {
			return model.Ref{}, false
		}
		segments = segments[1:]
		if segments[0] == "models" {
			segments = segments[1:]
		}
	}
	return parseSegments(segments)
}

// pageSegments splits the path of a page of the Hub, each segment unescaped.
func pageSegments(endpoint, raw string) ([]string, bool) {
	if !strings.Contains(raw, "://") {
		raw = "https://" + raw
	}
	u, err := url.Parse(raw)
	if err != nil || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
		return nil, false
	}
	path, ok := "", false
	for _, base := range []string{endpoint, DefaultEndpoint, "https://www.huggingface.co", "https://hf.co"} {
		b, err := url.Parse(strings.TrimRight(base, "/"))
		if err != nil || b.Host == "" || !strings.EqualFold(b.Host, u.Host) {
			continue
		}
		if path, ok = strings.CutPrefix(u.EscapedPath(), b.EscapedPath()); ok {
			break
		}
	}
	if !ok || path != "" && path[0] != '/' {
		return nil, false
	}
	var segments []string
	for segment := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		plain, err := url.PathUnescape(segment)
		if err != nil || plain == "" {
			return nil, false
		}
		segments = append(segments, plain)
	}
	return segments, true
}

// views are the pages of a repository whose next segment is a revision; those
// with false have none.
func views(segment string) (revision, ok bool) {
	switch segment {
	case "tree", "blob", "resolve", "raw", "commits", "commit", "blame", "edit", "revision":
		return true, true
	case "discussions", "settings", "community", "paths-info":
		return false, true
	}
	return false, false
}

// reserved are first segments of the site's own pages.
func reserved(segment string) bool {
	switch strings.ToLower(segment) {
	case "spaces", "models", "docs", "blog", "collections", "papers", "organizations", "settings", "join",
		"login", "logout", "tasks", "posts", "chat", "learn", "new", "pricing", "enterprise", "inference",
		"buckets", "kernels", "search", "welcome", "privacy", "support", "terms-of-service", "brand",
		"api", "front", "notifications", "activity", "languages", "metrics", "changelog":
		return true
	}
	return false
}

// parseSegments reads [datasets/]id[/view[/revision[/path]]].
func parseSegments(segments []string) (model.Ref, bool) {
	ref := model.Ref{Kind: model.Model}
	if len(segments) > 0 && segments[0] == "datasets" {
		ref.Kind, segments = model.Dataset, segments[1:]
	}
	if len(segments) == 0 || reserved(segments[0]) {
		return model.Ref{}, false
	}
	// Only a bare name can have a view as its second segment; "org/tree" may
	// itself be an id.
	parts := min(2, len(segments))
	if len(segments) > 2 {
		if _, ok := views(segments[1]); ok {
			if _, also := views(segments[2]); !also {
				parts = 1
			}
		}
	}
	ref.ID = strings.Join(segments[:parts], "/")
	rest := segments[parts:]
	if len(rest) > 0 {
		revision, ok := views(rest[0])
		if !ok {
			return model.Ref{}, false
		}
		if revision && len(rest) > 1 {
			ref.Revision = joinRevision(rest[1:])
		}
	}
	return checked(ref)
}

// joinRevision reads a revision at the head of segments. One such as
// refs/pr/1 is a single escaped segment on the Hub and three where people
// unescaped it.
func joinRevision(segments []string) string {
	if segments[0] == "refs" && len(segments) >= 3 && slices.Contains([]string{"pr", "convert", "heads", "tags"}, segments[1]) {
		return strings.Join(segments[:3], "/")
	}
	return segments[0]
}

// parsePath reads hf://[datasets/]id[@revision][/path].
func parsePath(path string) (model.Ref, bool) {
	path, _, _ = strings.Cut(path, "?")
	segments := strings.Split(strings.Trim(path, "/"), "/")
	ref := model.Ref{Kind: model.Model}
	switch segments[0] {
	case "datasets":
		ref.Kind, segments = model.Dataset, segments[1:]
	case "models":
		segments = segments[1:]
	}
	if len(segments) == 0 || reserved(segments[0]) {
		return model.Ref{}, false
	}
	parts := min(2, len(segments))
	if strings.Contains(segments[0], "@") {
		parts = 1
	}
	last, rev, found := strings.Cut(segments[parts-1], "@")
	ref.ID = strings.Join(append(slices.Clone(segments[:parts-1]), last), "/")
	if found {
		plain, err := url.PathUnescape(rev)
		if err != nil || plain == "" {
			return model.Ref{}, false
		}
		ref.Revision = joinRevision(append([]string{plain}, segments[parts:]...))
	}
	return checked(ref)
}

// checked is the last word on a reference that was parsed.
func checked(ref model.Ref) (model.Ref, bool) {
	if ref.Revision == "main" {
		ref.Revision = ""
	}
	if !ValidID(ref.ID) || ref.Revision != "" && !validRevision(ref.Revision) {
		return model.Ref{}, false
	}
	return ref, true
}
