package testkit

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/entail-dev/entail/internal/model"
)

// open finds the repository that a request is for and answers in its place
// where it is not there, has moved, or does not admit the caller. rest is what
// follows the id in the address, "" or with its slash; file tells a request for
// contents from one for facts.
func (h *Hub) open(w http.ResponseWriter, r *http.Request, kind model.Kind, id, before, rest string, file bool) *HubRepo {
	token, sent := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	known := token == HubToken
	repo, right := h.find(kind, id)
	if right != "" {
		moved(w, r, before+right+rest)
		return nil
	}
	gatedFile := repo != nil && repo.Gated != "" && file && !repo.leavesOpen(rest)
	switch {
	case token == HubNarrowToken:
		refuse(w, http.StatusForbidden, "", "This token does not have the rights for this repository")
	case sent && !known && !gatedFile:
		refuse(w, http.StatusUnauthorized, "", "Invalid credentials in Authorization header")
	case repo == nil || repo.Private && !(known && repo.Admitted):
		if known {
			refuse(w, http.StatusNotFound, "RepoNotFound", "Repository not found")
		} else {
			refuse(w, http.StatusUnauthorized, "", "Invalid username or password.")
		}
	case repo.Refused || repo.Disabled && file:
		refuse(w, http.StatusForbidden, "", "Access to this resource is disabled.")
	case gatedFile && !(known && repo.Admitted):
		restricted := "Access to " + string(kind) + " " + repo.ID + " is restricted"
		if known {
			refuse(w, http.StatusForbidden, "GatedRepo", restricted+" and you are not in the authorized list. Visit its page to ask for access.")
		} else {
			refuse(w, http.StatusUnauthorized, "GatedRepo", restricted+". You must have access to it and be authenticated to access it. Please log in.")
		}
	default:
		h.wait(repo)
		return repo
	}
	return nil
}

// leavesOpen reports whether view, "/resolve/{rev}/{path}", names a file that
// the gate is not for.
func (repo *HubRepo) leavesOpen(view string) bool {
	segments := strings.SplitN(view, "/", 4)
	if len(segments) < 4 {
		return false
	}
	name, err := url.PathUnescape(segments[3])
	return err == nil && slices.Contains(repo.Ungated, name)
}

// splitID takes the id off the front of an escaped path.
func splitID(path string, views ...string) (id, rest string) {
	segments := strings.SplitN(path, "/", 3)
	for _, view := range views {
		if len(segments) > 1 && segments[1] == view {
			return segments[0], path[len(segments[0]):]
		}
	}
	if len(segments) < 3 {
		return path, ""
	}
	id = segments[0] + "/" + segments[1]
	return id, path[len(id):]
}
