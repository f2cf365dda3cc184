package testkit

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// GitHubFaultKind is one way in which an answer is bad.
type GitHubFaultKind string

// The faults of a fake GitHub.
const (
	// GitHubStatus answers GitHubFault.Status with GitHub's own headers and
	// the error of that name.
	GitHubStatus GitHubFaultKind = "status"
	// GitHubLimited answers that the hour's requests are used up, with
	// GitHubFault.Status (403 where 0) until GitHubFault.Seconds from now.
	GitHubLimited GitHubFaultKind = "limited"
	// GitHubSecondary answers with the limit on bursts: Retry-After is
	// GitHubFault.Seconds, left out where negative.
	GitHubSecondary GitHubFaultKind = "secondary"
	// GitHubStall never answers; GitHubStallBody never ends its answer.
	GitHubStall     GitHubFaultKind = "stall"
	GitHubStallBody GitHubFaultKind = "stall-body"
	// GitHubDrop closes the connection in place of an answer.
	GitHubDrop GitHubFaultKind = "drop"
	// GitHubTruncated ends before the length that it promised.
	GitHubTruncated GitHubFaultKind = "truncated"
	// GitHubHTML answers 200 with a login page, as a captive portal does,
	// GitHubUnicorn with a page of GitHub's own.
	GitHubHTML    GitHubFaultKind = "html"
	GitHubUnicorn GitHubFaultKind = "unicorn"
	// GitHubPortal redirects to a login page on another host.
	GitHubPortal GitHubFaultKind = "portal"
	// GitHubHuge answers 200 with more than anybody should read.
	GitHubHuge GitHubFaultKind = "huge"
	// GitHubLoop redirects to itself.
	GitHubLoop GitHubFaultKind = "loop"
	// GitHubAbsurd answers 200 with JSON of another shape.
	GitHubAbsurd GitHubFaultKind = "absurd"
	// GitHubTampered sends other contents than the ones asked for.
	GitHubTampered GitHubFaultKind = "tampered"
)

// GitHubFault is a fault and when it shows.
type GitHubFault struct {
	Kind GitHubFaultKind
	// On limits it to paths that contain this; empty for all.
	On string
	// First limits it to that many requests; 0 for all.
	First int
	// Status and Seconds are for the kinds that say so.
	Status, Seconds int
}

// Break makes the whole of GitHub's answers bad from now on; nil mends it.
func (g *GitHub) Break(f *GitHubFault) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.fault = nil
	if f != nil {
		own := *f
		g.fault = &own
	}
}

// due reports whether f shows on this request, and counts it.
func (g *GitHub) due(f *GitHubFault, r *http.Request) bool {
	if f == nil || f.Kind == GitHubTampered || !strings.Contains(r.URL.Path, f.On) {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
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

// misbehave answers as the fault has it.
func (g *GitHub) misbehave(w http.ResponseWriter, r *http.Request, f *GitHubFault) {
	h := w.Header()
	page := func(title string) {
		h.Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, "<!doctype html><title>"+title+"</title>")
	}
	switch f.Kind {
	case GitHubStatus:
		g.refuse(w, f.Status, http.StatusText(f.Status), "https://docs.github.com/rest")
	case GitHubLimited:
		h.Set("X-RateLimit-Remaining", "0")
		h.Set("X-RateLimit-Reset", fmt.Sprint(time.Now().Add(time.Duration(f.Seconds)*time.Second).Unix()))
		status := f.Status
		if status == 0 {
			status = http.StatusForbidden
		}
		g.refuse(w, status, "API rate limit exceeded for 192.0.2.1.", "https://docs.github.com/rest/overview/resources-in-the-rest-api#rate-limiting")
	case GitHubSecondary:
		if f.Seconds >= 0 {
			h.Set("Retry-After", fmt.Sprint(f.Seconds))
		}
		g.refuse(w, http.StatusForbidden, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.", "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits")
	case GitHubStall, GitHubStallBody:
		if f.Kind == GitHubStallBody {
			h.Set("Content-Length", "1000")
			_, _ = io.WriteString(w, `{"id":`)
			_ = http.NewResponseController(w).Flush()
		}
		select {
		case <-r.Context().Done():
		case <-g.done:
		}
	case GitHubDrop:
		panic(http.ErrAbortHandler)
	case GitHubTruncated:
		h.Set("Content-Length", "1000")
		_, _ = io.WriteString(w, `{"full_name": "org/`)
	case GitHubHTML:
		h.Del("X-GitHub-Request-Id")
		page("Log in to the network")
	case GitHubUnicorn:
		page("Unicorn!")
	case GitHubPortal:
		h.Del("X-GitHub-Request-Id")
		h.Set("Location", g.elsewhere.URL+"/login")
		w.WriteHeader(http.StatusFound)
	case GitHubHuge:
		_, _ = io.WriteString(w, `{"full_name": "`)
		block := strings.Repeat("x", 1<<20)
		for range 20 {
			if _, err := io.WriteString(w, block); err != nil {
				return
			}
		}
		_, _ = io.WriteString(w, `"}`)
	case GitHubLoop:
		h.Set("Location", g.main.URL+r.URL.Path)
		w.WriteHeader(http.StatusMovedPermanently)
	case GitHubAbsurd:
		_, _ = io.WriteString(w, `{"full_name": ["x"], "tree": {"sha": 1}, "content": 7}`)
	}
}
