package testkit

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
)

// HubRecording is one recorded answer of the real Hub.
type HubRecording struct {
	Name string
	// Path is the request's path, Query its query as recorded.
	Path, Query string
	Status      int
	Header      http.Header
	// Body is the recorded JSON; nil where none was recorded.
	Body json.RawMessage
}

// Replay makes the Hub answer with the recordings of a folder, one JSON file
// each, before it answers of its own. A request is matched by path and query
// without regard to the query's order; where no query is the same, by path
// alone, since a client may ask for fewer fields than were recorded. Headers
// and bodies are sent as recorded, the real host in Link headers included.
func (h *Hub) Replay(folder string) []HubRecording {
	h.t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(files) == 0 {
		h.t.Fatalf("replay recorded answers: no *.json in %s", folder)
	}
	var all []HubRecording
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			h.t.Fatalf("replay recorded answers: %v", err)
		}
		all = append(all, h.parseRecording(filepath.Base(file), text))
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.replayed = all
	return slices.Clone(all)
}

func (h *Hub) parseRecording(file string, text []byte) HubRecording {
	h.t.Helper()
	var raw struct {
		Name    string
		Request struct{ Path string }
		Status  int
		Headers map[string]string
		Body    json.RawMessage
	}
	if err := json.Unmarshal(text, &raw); err != nil {
		h.t.Fatalf("replay recorded answer %s: %v", file, err)
	}
	at, err := url.Parse(raw.Request.Path)
	if err != nil || raw.Status == 0 || at.Path == "" {
		h.t.Fatalf("replay recorded answer %s: no path or no status", file)
	}
	rec := HubRecording{
		Name: raw.Name, Path: at.EscapedPath(), Query: at.RawQuery, Status: raw.Status, Header: http.Header{},
	}
	for k, v := range raw.Headers {
		rec.Header.Set(k, v)
	}
	if string(raw.Body) != "null" {
		rec.Body = raw.Body
	}
	return rec
}

// replay answers with a recording, if there is one for the request.
func (h *Hub) replay(w http.ResponseWriter, r *http.Request) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	found := -1
	for i, rec := range h.replayed {
		if rec.Path != r.URL.EscapedPath() {
			continue
		}
		if found < 0 {
			found = i
		}
		recorded, _ := url.ParseQuery(rec.Query)
		if recorded.Encode() == r.URL.Query().Encode() {
			found = i
			break
		}
	}
	if found < 0 {
		return false
	}
	rec := h.replayed[found]
	for _, name := range []string{"RateLimit", "RateLimit-Policy"} {
		w.Header().Del(name)
	}
	for k, v := range rec.Header {
		w.Header()[k] = v
	}
	w.WriteHeader(rec.Status)
	_, _ = w.Write(rec.Body)
	return true
}
