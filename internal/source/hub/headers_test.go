package hub

import (
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

func TestParseLimits(t *testing.T) {
	tests := []struct {
		header string
		want   []limit
	}{
		{`"api";r=499;t=295`, []limit{{"api", 499, 295}}},
		{`"api"; r=1 ; t=2, "pages";r=0;t=3`, []limit{{"api", 1, 2}, {"pages", 0, 3}}},
		{`"api";r=1`, nil},
		{`"api";r=-1;t=5`, nil},
		{`r=1;t=2`, nil},
		{``, nil},
		{`"api";r=1;t=99999999`, []limit{{"api", 1, 86400}}},
	}
	for _, tt := range tests {
		if got := parseLimits(http.Header{"Ratelimit": {tt.header}}); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.header, got, tt.want)
		}
	}
}

// Answers arrive in any order, and from one window after another.
func TestQuotaOfLateAnswers(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	q := quota{now: func() time.Time { return now }, windows: map[string]*window{}}
	say := func(header string) {
		q.note("api", false, http.StatusOK, http.Header{"Ratelimit": {header}})
	}
	left := func() int {
		if w := q.windows["api"]; w != nil {
			return w.left
		}
		return -1
	}
	steps := []struct {
		name string
		do   func()
		want int
	}{
		{"first", func() { say(`"api";r=10;t=100`) }, 10},
		{"one is sent", func() { q.take("api") }, 9},
		{"an answer from before it", func() { say(`"api";r=10;t=100`) }, 9},
		{"somebody else asked, too", func() { say(`"api";r=5;t=99`) }, 5},
		{"the next window", func() { now = now.Add(101 * time.Second); say(`"api";r=10;t=300`) }, 10},
		{"a late answer of the last", func() { say(`"api";r=1;t=0`) }, 10},
		{"a refusal by another rule", func() {
			q.note("api", false, http.StatusTooManyRequests, http.Header{"Ratelimit": {`"api";r=7;t=300`}, "Retry-After": {"30"}})
		}, 0},
		{"its end", func() { now = now.Add(31 * time.Second); q.take("api") }, -1},
	}
	for _, step := range steps {
		step.do()
		if got := left(); got != step.want {
			t.Fatalf("%s: %d left, want %d", step.name, got, step.want)
		}
	}
}

func TestNextPage(t *testing.T) {
	tests := []struct{ link, want string }{
		{`<https://huggingface.co/api/models/a/b/tree/main?expand=true&limit=5&cursor=abc%3D>; rel="next"`, "cursor=abc%3D&expand=true&limit=5"},
		{`<https://x/y?cursor=1>; rel="prev", <https://x/y?cursor=2>; rel=next`, "cursor=2"},
		{`<https://x/y>; rel="next"`, ""},
		{`<https://x/y?cursor=1>; rel="last"`, ""},
		{`<https://x/y?cursor=1`, ""},
		{`<:%>; rel="next"`, ""},
		{``, ""},
	}
	for _, tt := range tests {
		if got := nextPage(http.Header{"Link": {tt.link}}); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.link, got, tt.want)
		}
	}
}

func TestParseContentRange(t *testing.T) {
	tests := []struct {
		text               string
		first, last, total int64
		ok                 bool
	}{
		{"bytes 0-9/10", 0, 9, 10, true},
		{"bytes 5-9/*", 5, 9, -1, true},
		{"bytes 5-4/10", 0, 0, 0, false},
		{"bytes 5-10/10", 0, 0, 0, false},
		{"bytes */10", 0, 0, 0, false},
		{"bytes 0-9", 0, 0, 0, false},
		{"lines 0-9/10", 0, 0, 0, false},
		{"bytes 0-9/-3", 0, 0, 0, false},
		{"", 0, 0, 0, false},
	}
	for _, tt := range tests {
		first, last, total, ok := parseContentRange(tt.text)
		if ok != tt.ok || ok && (first != tt.first || last != tt.last || total != tt.total) {
			t.Errorf("%q: %d-%d/%d, %v", tt.text, first, last, total, ok)
		}
	}
}

func TestTagBases(t *testing.T) {
	base := func(id string, relation model.Relation) source.Base {
		return source.Base{Ref: model.Ref{Kind: model.Model, ID: id}, Relation: relation, From: model.FromHub}
	}
	got := tagBases([]string{
		"pytorch", "base_model:org/a", "base_model:merge:org/a", "base_model:merge:org/b", "base_model:org/b", "base_model:org/c",
		"base_model:sibling:org/d", "base_model:adapter:/out/checkpoint", "base_model:adapter:", "base_model:",
	})
	want := []source.Base{base("org/a", model.Merge), base("org/b", model.Merge), base("org/c", model.Unknown)}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func FuzzHeaders(f *testing.F) {
	f.Add(`"api";r=499;t=295`, `<https://h/api/x?cursor=a%3D>; rel="next"`, "bytes 0-9/10")
	f.Add(`"fixed window";"api";q=500;w=300`, `<>; rel="next", <https://h/?cursor=1>; rel="prev"`, "bytes 5-9/*")
	f.Fuzz(func(t *testing.T, limits, link, part string) {
		for _, l := range parseLimits(http.Header{"Ratelimit": {limits}}) {
			if l.left < 0 || l.seconds < 0 || bounded(l.seconds+1) > maxWait {
				t.Errorf("%q: %+v", limits, l)
			}
		}
		if wait := retryAfter(http.Header{"Retry-After": {limits}}); wait < 0 || wait > maxWait {
			t.Errorf("%q: wait %v", limits, wait)
		}
		if next := nextPage(http.Header{"Link": {link}}); next != "" {
			query, err := url.ParseQuery(next)
			if err != nil || query.Get("cursor") == "" || strings.ContainsAny(next, "\r\n #") {
				t.Errorf("%q: %q", link, next)
			}
		}
		if first, last, total, ok := parseContentRange(part); ok && (first < 0 || last < first || total >= 0 && last >= total) {
			t.Errorf("%q: %s", part, strconv.FormatInt(first, 10))
		}
	})
}

func FuzzTagBases(f *testing.F) {
	f.Add("base_model:merge:org/a")
	f.Fuzz(func(t *testing.T, tag string) {
		for _, b := range tagBases([]string{tag}) {
			if !ValidID(b.Ref.ID) {
				t.Errorf("%q: %v", tag, b)
			}
		}
	})
}
