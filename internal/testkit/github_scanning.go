package testkit

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

// GitHubSARIF is a document that code scanning took.
type GitHubSARIF struct {
	Repo, Commit, Ref, Tool string
	// Document is the SARIF as it was before it was packed.
	Document []byte
}

// SARIF is everything that was uploaded.
func (g *GitHub) SARIF() []GitHubSARIF {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]GitHubSARIF(nil), g.sarif...)
}

// serveSARIF takes a document as code scanning does: for a full commit and a
// full ref, as base64 of gzip.
func (g *GitHub) serveSARIF(w http.ResponseWriter, r *http.Request) {
	const documentation = "https://docs.github.com/rest/code-scanning/code-scanning#upload-an-analysis-as-sarif-data"
	repo := g.open(w, r)
	if repo == nil {
		return
	}
	if writer(bearer(r)) == "" {
		g.refuseApp(w, documentation)
		return
	}
	var wanted struct {
		Commit string `json:"commit_sha"`
		Ref    string `json:"ref"`
		SARIF  string `json:"sarif"`
		Tool   string `json:"tool_name"`
	}
	if err := json.NewDecoder(r.Body).Decode(&wanted); err != nil {
		g.refuse(w, http.StatusBadRequest, "Problems parsing JSON", documentation)
		return
	}
	document, err := unpacked(wanted.SARIF)
	if err != nil || len(wanted.Commit) != 40 || !strings.HasPrefix(wanted.Ref, "refs/") {
		g.refuse(w, http.StatusBadRequest, "Invalid request: commit_sha, ref or sarif", documentation)
		return
	}
	g.mu.Lock()
	g.sarif = append(g.sarif, GitHubSARIF{repo.ID, wanted.Commit, wanted.Ref, wanted.Tool, document})
	g.mu.Unlock()
	g.answer(w, http.StatusAccepted, map[string]string{"id": "47177e22-5596-11eb-80a1-c1e54ef945c6", "url": g.main.URL + r.URL.Path + "/47177e22-5596-11eb-80a1-c1e54ef945c6"})
}

func unpacked(text string) ([]byte, error) {
	packed, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	zip, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(zip)
}
