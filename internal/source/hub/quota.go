package hub

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// quota is what the Hub last said of its limits. All requests of a source
// share it, so that a spent window costs nobody a refusal: whoever comes next
// waits for it, or is told at once that it is spent.
type quota struct {
	now     func() time.Time
	mu      sync.Mutex
	windows map[string]*window // by bucket and caller
}

// window is the running window of one bucket.
type window struct {
	// left is how many requests remain: the fewer of what the Hub said last
	// and of what it said before less those sent since, since answers arrive
	// in any order.
	left int
	ends time.Time
	told bool // a wait for its end was announced
}

// skew is by how much two answers may differ on when one window ends: they
// give it in whole seconds.
const skew = 2 * time.Second

// bucketOf names the quota that a request is counted in.
func bucketOf(q request, token bool) string {
	name := "pages"
	switch {
	case strings.Contains(q.path, "/resolve/"):
		name = "resolvers"
	case strings.HasPrefix(q.path, "/api/"):
		name = "api"
	}
	return bucketKey(name, token)
}

func bucketKey(name string, token bool) string {
	if token {
		return name + " of a user"
	}
	return name
}

// take reserves a request in a bucket. Where its window is spent nothing is
// reserved, and wait says for how long, ends until when; announce is true for
// the first to hear of it.
func (q *quota) take(key string) (wait time.Duration, ends time.Time, announce bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	w := q.windows[key]
	if w == nil {
		return 0, time.Time{}, false
	}
	left := w.ends.Sub(q.now())
	switch {
	case left <= 0:
		delete(q.windows, key)
		return 0, time.Time{}, false
	case w.left > 0:
		w.left--
		return 0, time.Time{}, false
	}
	const step = 100 * time.Millisecond
	announce, w.told = !w.told, true
	return (left + step - 1).Truncate(step), w.ends, announce
}

// passed is told by whoever waited for the end of a window, so that it need
// not be seen on the clock as well.
func (q *quota) passed(key string, ends time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if w := q.windows[key]; w != nil && w.ends.Equal(ends) {
		delete(q.windows, key)
	}
}

// spent reports whether a bucket's window is known to have nothing left.
func (q *quota) spent(key string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	w := q.windows[key]
	return w != nil && w.left <= 0 && w.ends.After(q.now())
}

// note reads the limits that an answer names. A refusal that names none is
// one all the same: key is the bucket that it was counted in.
func (q *quota) note(key string, token bool, status int, h http.Header) {
	limits := parseLimits(h)
	q.mu.Lock()
	defer q.mu.Unlock()
	var wait time.Duration
	for _, l := range limits {
		// The window ends within the second after the one that is named.
		left := bounded(l.seconds + 1)
		if l.left == 0 {
			wait = max(wait, left)
		}
		if l.name != "" {
			q.set(bucketKey(l.name, token), l.left, q.now().Add(left))
		}
	}
	if status != http.StatusTooManyRequests {
		return
	}
	// A refusal may come with requests left in the bucket, which alone
	// therefore decides nothing.
	if wait == 0 {
		wait = retryAfter(h)
	}
	if wait > 0 {
		q.windows[key] = &window{ends: q.now().Add(wait)}
	}
}

func (q *quota) set(key string, left int, ends time.Time) {
	w := q.windows[key]
	if w == nil {
		q.windows[key] = &window{left: left, ends: ends}
		return
	}
	switch apart := ends.Sub(w.ends); {
	case apart > skew:
		q.windows[key] = &window{left: left, ends: ends}
	case apart >= -skew:
		w.left = min(w.left, left)
	}
	// Else it is a late answer of a window that has ended.
}

// limit is one item of a RateLimit header.
type limit struct {
	name          string
	left, seconds int
}

// parseLimits reads the header RateLimit: a quoted bucket, r requests left and
// t seconds to the end of its window, by item. Items without both numbers are
// passed over.
func parseLimits(h http.Header) []limit {
	var limits []limit
	for item := range strings.SplitSeq(strings.Join(h.Values("RateLimit"), ","), ",") {
		name, rest, _ := strings.Cut(item, ";")
		one := limit{strings.Trim(strings.TrimSpace(name), `"`), -1, -1}
		for part := range strings.SplitSeq(rest, ";") {
			key, value, _ := strings.Cut(strings.TrimSpace(part), "=")
			n, err := strconv.Atoi(value)
			switch {
			case err != nil || n < 0:
			case key == "r":
				one.left = n
			case key == "t":
				one.seconds = min(n, int(maxWait/time.Second))
			}
		}
		if one.left >= 0 && one.seconds >= 0 && len(limits) < 16 {
			limits = append(limits, one)
		}
	}
	return limits
}

// maxWait bounds what a server may ask to wait.
const maxWait = 24 * time.Hour

// retryAfter reads the header of that name, in seconds or as a date; 0 where
// it says nothing.
func retryAfter(h http.Header) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if n, err := strconv.Atoi(value); err == nil {
		return bounded(n)
	}
	if at, err := http.ParseTime(value); err == nil {
		return min(max(time.Until(at), 0), maxWait)
	}
	return 0
}

// bounded turns seconds into a duration that cannot overflow.
func bounded(seconds int) time.Duration {
	return time.Duration(min(max(seconds, 0), int(maxWait/time.Second))) * time.Second
}
