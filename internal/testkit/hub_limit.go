package testkit

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// HubLimit is the quota of one bucket: api, resolvers or pages.
type HubLimit struct {
	// Quota is how many requests a window has. Callers with a token have
	// windows of their own.
	Quota int
	// Window is how long a window is; it starts with its first request.
	Window time.Duration
}

// Limit gives a bucket a quota that is held to: requests over it are refused
// with 429 until the window ends. Without one, the Hub's own numbers are
// announced and nobody is refused. It starts with a new window.
func (h *Hub) Limit(bucket string, limit HubLimit) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.limits[bucket] = &limit
	for _, caller := range []string{bucket, bucket + " of a user"} {
		delete(h.asked, caller)
		delete(h.until, caller)
	}
}

// NextWindow ends the running windows of all buckets.
func (h *Hub) NextWindow() {
	h.mu.Lock()
	defer h.mu.Unlock()
	clear(h.asked)
	clear(h.until)
}

// Slow adds d to every answer, those of the second host included.
func (h *Hub) Slow(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.latency = d
}

// wait takes as long as an answer is slow: the Hub's own latency, or that of
// one repository.
func (h *Hub) wait(repo *HubRepo) {
	h.mu.Lock()
	d := h.latency
	h.mu.Unlock()
	if repo != nil {
		d = repo.Latency
	}
	if d == 0 {
		return
	}
	select {
	case <-time.After(d):
	case <-h.done:
	}
}

// quota counts a request, puts the rate-limit headers on its answer, as the
// Hub does on each, and reports whether the request is one too many.
func (h *Hub) quota(w http.ResponseWriter, r *http.Request, bucket string) (limited bool) {
	most := map[string]int{"api": 500, "resolvers": 3000, "pages": 100}[bucket]
	caller := bucket
	if strings.HasPrefix(r.Header.Get("Authorization"), "Bearer ") {
		caller += " of a user"
	}
	window, seconds := 300*time.Second, 300
	h.mu.Lock()
	defer h.mu.Unlock()
	limit := h.limits[bucket]
	if limit != nil {
		most, window = limit.Quota, limit.Window
		if now := time.Now(); !h.until[caller].After(now) {
			h.until[caller], h.asked[caller] = now.Add(window), 0
		}
		seconds = int(time.Until(h.until[caller]).Seconds() + 0.5)
	}
	h.asked[caller]++
	left := most - h.asked[caller]
	if limit == nil {
		left = max(1, left)
	}
	w.Header().Set("RateLimit", fmt.Sprintf("%q;r=%d;t=%d", bucket, max(left, 0), seconds))
	w.Header().Set("RateLimit-Policy", fmt.Sprintf("%q;%q;q=%d;w=%d", "fixed window", bucket, most, int(window.Seconds())))
	return left < 0
}
