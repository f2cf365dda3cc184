package testkit

import (
	"fmt"
	"io"
	"net/http"
	"strings"
)

// HubFaultKind is one way in which an answer is bad.
type HubFaultKind string

// The faults of a fake Hub.
const (
	// HubStatus answers HubFault.Status with a page of HTML.
	HubStatus HubFaultKind = "status"
	// HubLimited answers 429: the bucket empty for HubFault.Seconds, or, with
	// RetryAfter set, requests left in it and that header.
	HubLimited HubFaultKind = "limited"
	// HubStall never answers; HubStallBody never ends its answer.
	HubStall     HubFaultKind = "stall"
	HubStallBody HubFaultKind = "stall-body"
	// HubDrop closes the connection in place of an answer.
	HubDrop HubFaultKind = "drop"
	// HubTruncated ends before the length that it promised.
	HubTruncated HubFaultKind = "truncated"
	// HubCut sends the whole of an answer that is cut off within its JSON.
	HubCut HubFaultKind = "cut"
	// HubHTML answers 200 with a login page, as a captive portal does.
	HubHTML HubFaultKind = "html"
	// HubPortal redirects to a login page on another host.
	HubPortal HubFaultKind = "portal"
	// HubHuge answers 200 with more than anybody should read.
	HubHuge HubFaultKind = "huge"
	// HubHugeList is huge only where the file list is asked for.
	HubHugeList HubFaultKind = "huge-list"
	// HubLoop redirects to itself in a circle, HubMaze to ever new addresses.
	HubLoop HubFaultKind = "loop"
	HubMaze HubFaultKind = "maze"
	// HubTampered announces the digest of other contents than it sends.
	HubTampered HubFaultKind = "tampered"
	// HubOtherCommit answers for another commit than the one asked for.
	HubOtherCommit HubFaultKind = "other-commit"
	// HubExpired sends a large file's caller to an address that the second
	// host refuses.
	HubExpired HubFaultKind = "expired"
	// HubNoRange sends a whole file to whoever asks for a part of it,
	// HubOtherRange another part, HubShortRange less than the part.
	HubNoRange    HubFaultKind = "no-range"
	HubOtherRange HubFaultKind = "other-range"
	HubShortRange HubFaultKind = "short-range"
)

// contents reports whether the fault is one of a file's contents, which only
// whoever sends them can commit.
func (k HubFaultKind) contents() bool {
	switch k {
	case HubTampered, HubOtherCommit, HubExpired, HubNoRange, HubOtherRange, HubShortRange:
		return true
	}
	return false
}

// HubFault is a fault and when it shows.
type HubFault struct {
	Kind HubFaultKind
	// On is "info" or "file"; empty for both.
	On string
	// First limits it to that many requests; 0 for all.
	First int
	// Status, Seconds and RetryAfter are for the kinds that say so.
	Status     int
	Seconds    int
	RetryAfter string
}

// Break makes the whole Hub's answers bad from now on; nil mends it.
func (h *Hub) Break(f *HubFault) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.fault = f
	if f != nil {
		own := *f
		h.fault = &own
	}
}

// due reports whether f shows on this request, and counts it.
func (h *Hub) due(f *HubFault, on string) bool {
	if f == nil || f.On != "" && f.On != on {
		return false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case f.First > 0:
		if f.First--; f.First == 0 {
			f.First = -1
		}
	case f.First < 0:
		return false
	}
	return true
}

// broken answers in the place of the right answer where a fault is due. Faults
// of contents are left to whoever sends them.
func (h *Hub) broken(w http.ResponseWriter, r *http.Request, f *HubFault, bucket string, repo *HubRepo) bool {
	on := map[string]string{"api": "info", "resolvers": "file"}[bucket]
	if strings.HasPrefix(r.URL.Path, "/api/resolve-cache/") || f == nil ||
		f.Kind.contents() || f.Kind == HubHugeList && !strings.Contains(r.URL.RawQuery, "siblings") {
		return false
	}
	if !h.due(f, on) {
		return false
	}
	if repo != nil && on == "file" {
		w.Header().Set("X-Repo-Commit", repo.commit())
	}
	h.misbehave(w, r, f, bucket)
	return true
}

func (h *Hub) misbehave(w http.ResponseWriter, r *http.Request, f *HubFault, bucket string) {
	switch f.Kind {
	case HubStatus:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(f.Status)
		_, _ = io.WriteString(w, "<!doctype html><title>Error</title>")
	case HubLimited:
		w.Header().Set("RateLimit", fmt.Sprintf("%q;r=0;t=%d", bucket, f.Seconds))
		if f.RetryAfter != "" {
			w.Header().Set("RateLimit", fmt.Sprintf("%q;r=7;t=%d", bucket, f.Seconds))
			w.Header().Set("Retry-After", f.RetryAfter)
		}
		refuse(w, http.StatusTooManyRequests, "", "We had to rate limit you.")
	case HubStall, HubStallBody:
		if f.Kind == HubStallBody {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, `{"id":`)
			_ = http.NewResponseController(w).Flush()
		}
		select {
		case <-r.Context().Done():
		case <-h.done:
		}
	case HubDrop:
		panic(http.ErrAbortHandler)
	case HubTruncated:
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, `{"id": "org/`)
	case HubCut:
		_, _ = io.WriteString(w, `{"id": "org/name", "tags": ["license:mit`)
	case HubHTML:
		w.Header().Del("X-Repo-Commit")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, "<!doctype html><title>Log in to the network</title>")
	case HubPortal:
		w.Header().Del("X-Repo-Commit")
		redirect(w, http.StatusFound, h.storage.URL+"/login")
	case HubHuge, HubHugeList:
		_, _ = io.WriteString(w, `{"id": "org/name", "tags": ["`)
		block := strings.Repeat("x", 1<<20)
		for range 9 {
			if _, err := io.WriteString(w, block); err != nil {
				return
			}
		}
		_, _ = io.WriteString(w, `"]}`)
	case HubLoop:
		moved(w, r, r.URL.EscapedPath())
	case HubMaze:
		redirect(w, http.StatusTemporaryRedirect, r.URL.EscapedPath()+"?again="+r.URL.RawQuery)
	}
}
