package model

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of a reference to GitHub: owners have up to 39 characters, and those
// that an enterprise manages a suffix; repositories have up to 100; a revision
// and a folder's name are bounded by Git and file systems.
const (
	maxOwnerBytes    = 64
	maxRepoBytes     = 100
	maxRevisionBytes = 255
	maxFolderBytes   = 1024
)

const githubPrefix = string(OnGitHub) + ":"

// ParseGitHub reads "github:owner/repo[/folder][@revision]", the inverse of
// Ref.String for references to GitHub. A first part with a dot or a port in it
// is an Enterprise server: "github:host/owner/repo"; owners have no dots.
func ParseGitHub(s string) (Ref, bool) {
	rest, ok := strings.CutPrefix(s, githubPrefix)
	if !ok {
		return Ref{}, false
	}
	id, revision, pinned := strings.Cut(rest, "@")
	if pinned && revision == "" {
		return Ref{}, false
	}
	return githubRef(strings.Split(strings.TrimSuffix(id, "/"), "/"), revision)
}

// ParseGitHubURL reads an address as people paste it: a page of a repository
// with or without its scheme, such as github.com/owner/repo or
// https://github.com/owner/repo/tree/branch/folder, or one for git, such as
// git@github.com:owner/repo.git. host is a further server whose addresses are
// understood, such as an Enterprise server's; empty for none.
//
// An address does not tell where a branch with slashes ends and a folder
// begins: all that follows /tree/ becomes the revision, and is taken apart by
// who can ask the server.
func ParseGitHubURL(host, raw string) (Ref, bool) {
	server, segments, ok := splitAddress(strings.TrimSpace(raw))
	if !ok {
		return Ref{}, false
	}
	if !publicServer(server) && (host == "" || !strings.EqualFold(server, host)) {
		return Ref{}, false
	}
	if len(segments) < 2 || sitePage(segments[0]) {
		return Ref{}, false
	}
	revision, ok := viewRevision(segments[2:])
	if !ok {
		return Ref{}, false
	}
	return githubRef([]string{server, segments[0], segments[1]}, revision)
}

// splitAddress takes an address apart, each segment of its path unescaped.
func splitAddress(raw string) (host string, segments []string, ok bool) {
	if at, path, found := strings.Cut(raw, ":"); found && at != "" && !strings.HasPrefix(path, "//") && strings.HasPrefix(at, "git@") {
		raw = "ssh://" + at + "/" + strings.TrimPrefix(path, "/")
	}
	if !strings.Contains(raw, "://") {
		raw = "https://" + raw
	}
	u, err := url.Parse(raw)
	if err != nil {
		return "", nil, false
	}
	switch u.Scheme {
	case "https", "http", "git+https":
		ok = u.User == nil
	case "ssh", "git+ssh", "git":
		ok = u.User == nil || u.User.String() == "git"
	}
	if !ok {
		return "", nil, false
	}
	for segment := range strings.SplitSeq(strings.Trim(u.EscapedPath(), "/"), "/") {
		plain, err := url.PathUnescape(segment)
		if err != nil || plain == "" {
			return "", nil, false
		}
		segments = append(segments, plain)
	}
	return strings.ToLower(u.Host), segments, true
}

// viewRevision is the revision that a page within a repository shows; empty
// for a page that shows none.
func viewRevision(view []string) (revision string, ok bool) {
	if len(view) == 0 {
		return "", true
	}
	rest := view[1:]
	switch view[0] {
	case "tree", "commit", "commits":
	case "blob", "raw", "blame", "edit":
		// The last segment is the file.
		rest = rest[:max(len(rest)-1, 0)]
	case "releases":
		if len(rest) < 2 || rest[0] != "tag" {
			return "", len(rest) == 0
		}
		rest = rest[1:]
	case "issues", "pulls", "discussions", "actions", "wiki", "tags", "branches":
		return "", len(rest) == 0
	default:
		return "", false
	}
	return strings.Join(rest, "/"), len(rest) > 0 || view[0] == "commits"
}

// sitePage tells first segments that are the site's own pages.
func sitePage(segment string) bool {
	return slices.Contains([]string{"about", "apps", "collections", "customer-stories", "enterprise", "explore",
		"features", "issues", "login", "marketplace", "new", "notifications", "orgs", "pricing", "pulls", "search",
		"security", "settings", "site", "sponsors", "stars", "topics", "trending", "users"}, strings.ToLower(segment))
}

// githubRef puts a reference together and says whether it is one.
func githubRef(id []string, revision string) (Ref, bool) {
	if len(id) > 0 && serverName(id[0]) {
		id[0] = strings.ToLower(id[0])
		if publicServer(id[0]) {
			if id = id[1:]; len(id) > 0 && serverName(id[0]) {
				return Ref{}, false
			}
		}
	}
	ref := Ref{Kind: Model, Host: OnGitHub, ID: strings.Join(id, "/"), Revision: revision}
	parts, ok := ref.GitHub()
	if !ok || revision != "" && !validRevision(revision) {
		return Ref{}, false
	}
	parts.Repo = strings.TrimSuffix(parts.Repo, ".git")
	ref.ID = parts.ID()
	_, ok = ref.GitHub()
	if !ok || strings.HasSuffix(parts.Repo, ".git") {
		return Ref{}, false
	}
	return ref, true
}

// GitHub is the id of a reference to GitHub, taken apart.
type GitHub struct {
	// Host is an Enterprise server, lower case, with its port where it has
	// one; empty for github.com.
	Host        string
	Owner, Repo string
	// Folder is a path within the repository; empty for its root.
	Folder string
}

// ID puts the parts together again.
func (g GitHub) ID() string {
	parts := []string{g.Host, g.Owner, g.Repo, g.Folder}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "/")
}

// GitHub takes the id of a reference to GitHub apart. It is not ok for an id
// that cannot be a repository's or a folder's within one.
func (r Ref) GitHub() (parts GitHub, ok bool) {
	if r.Host != OnGitHub {
		return GitHub{}, false
	}
	segments := strings.Split(r.ID, "/")
	if serverName(segments[0]) {
		parts.Host, segments = segments[0], segments[1:]
		if !only(parts.Host, ".-:[]") || parts.Host != strings.ToLower(parts.Host) || publicServer(parts.Host) {
			return GitHub{}, false
		}
	}
	if len(segments) < 2 {
		return GitHub{}, false
	}
	parts.Owner, parts.Repo, parts.Folder = segments[0], segments[1], strings.Join(segments[2:], "/")
	ok = len(parts.Owner) <= maxOwnerBytes && only(parts.Owner, "-_") && parts.Owner[0] != '-' &&
		len(parts.Repo) <= maxRepoBytes && only(parts.Repo, "-_.") && parts.Repo != "." && parts.Repo != ".." &&
		len(parts.Folder) <= maxFolderBytes && !slices.ContainsFunc(segments[2:], badSegment)
	return parts, ok
}

// serverName tells the name of a server from an owner's.
func serverName(segment string) bool { return strings.ContainsAny(segment, ".:") }

// publicServer tells the public server's own name, which ids leave out.
func publicServer(host string) bool { return host == "github.com" || host == "www.github.com" }

// only reports whether s consists of ASCII letters, digits and more.
func only(s, more string) bool {
	for _, c := range s {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune(more, c)) {
			return false
		}
	}
	return s != ""
}

// badSegment tells what cannot be the name of a folder in a reference.
func badSegment(s string) bool {
	return s == "" || s == "." || s == ".." || !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || r == unicode.ReplacementChar || r == '@' || r == '\\'
	})
}

// validRevision reports whether a branch, tag or commit may have that name, by
// the rules of git-check-ref-format.
func validRevision(rev string) bool {
	if len(rev) > maxRevisionBytes || !utf8.ValidString(rev) || strings.Contains(rev, "..") || strings.Contains(rev, "@{") ||
		rev == "@" || strings.HasPrefix(rev, "-") {
		return false
	}
	for part := range strings.SplitSeq(rev, "/") {
		if part == "" || part[0] == '.' || strings.HasSuffix(part, ".") || strings.HasSuffix(part, ".lock") {
			return false
		}
	}
	return !strings.ContainsFunc(rev, func(r rune) bool {
		return r <= ' ' || r == 0x7f || r == unicode.ReplacementChar || strings.ContainsRune(`~^:?*[\`, r) || unicode.IsControl(r)
	})
}

// Namespace is the part of a node's id that says whose it is: "org" of
// "org/name", "github:owner" of "github:owner/repo/folder". Empty where the id
// says nobody's.
func Namespace(id string) string {
	if rest, ok := strings.CutPrefix(id, githubPrefix); ok {
		parts, ok := Ref{Host: OnGitHub, ID: rest}.GitHub()
		if !ok {
			return ""
		}
		return githubPrefix + strings.TrimPrefix(parts.Host+"/"+parts.Owner, "/")
	}
	if strings.HasPrefix(id, string(OnDisk)+":") {
		return ""
	}
	owner, _, ok := strings.Cut(id, "/")
	if !ok {
		return ""
	}
	return owner
}
