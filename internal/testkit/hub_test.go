package testkit

import (
	"net/http"
	"strings"
	"testing"
)

// The second host is there to catch a client that sends it the token.
func TestHubStorageCatchesAToken(t *testing.T) {
	r := &recorder{TB: t}
	h := NewHub(r, HubRepo{ID: "org/name", LFS: []string{"big"}, Files: map[string]string{"big": "contents"}})
	client := &http.Client{CheckRedirect: func(req *http.Request, via []*http.Request) error {
		req.Header.Set("Authorization", via[0].Header.Get("Authorization")) // as a naive client would
		return nil
	}}
	req, err := http.NewRequest(http.MethodGet, h.URL()+"/org/name/resolve/main/big", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if r.failed != "" || resp.StatusCode != http.StatusOK {
		t.Fatalf("without a token: status %d, %q", resp.StatusCode, r.failed)
	}
	req.Header.Set("Authorization", "Bearer "+HubToken)
	if resp, err = client.Do(req); err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if !strings.Contains(r.failed, "Authorization") {
		t.Error("a token went to the second host unnoticed")
	}
	log := h.Requests()
	if len(log) != 4 || log[0].Authorized || !log[2].Authorized || !log[3].Storage || h.Count("/org/name/resolve/main/big") != 2 {
		t.Errorf("the log is %+v", log)
	}
}

func TestHubRelations(t *testing.T) {
	front := func(matter string) map[string]string {
		return map[string]string{"README.md": "---\n" + matter + "\n---\n"}
	}
	h := NewHub(t, HubRepo{ID: "org/a"}, HubRepo{ID: "org/b"})
	tests := []struct {
		name string
		repo HubRepo
		want string
	}{
		{"plain", HubRepo{Files: front("base_model: org/a")}, "finetune"},
		{"two", HubRepo{Files: front("base_model: [org/a, org/b]")}, "merge"},
		{"two of which one is gone", HubRepo{Files: front("base_model: [org/a, org/gone]")}, "finetune"},
		{"peft", HubRepo{Files: front("base_model: org/a\nlibrary_name: peft")}, "adapter"},
		{"gguf by tag", HubRepo{Files: front("base_model: org/a\ntags: [gguf]")}, "quantized"},
		{"as the card says", HubRepo{Files: front("base_model: org/a\nbase_model_relation: merge")}, "merge"},
		{"as the test says", HubRepo{Files: front("base_model: org/a"), Relation: "adapter"}, "adapter"},
		{"self", HubRepo{ID: "org/self", Files: front("base_model: org/self")}, "finetune"},
		{"none", HubRepo{Files: front("license: mit")}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.repo.ID == "" {
				tt.repo.ID = "org/child"
			}
			h.Add(tt.repo)
			repo, _ := h.find("model", tt.repo.ID)
			if _, got := h.bases(repo, repo.card()); got != tt.want {
				t.Errorf("relation %q, want %q", got, tt.want)
			}
		})
	}
}

func TestReplayNeedsRecordings(t *testing.T) {
	r := record(t, func(tb testing.TB) { NewHub(tb).Replay(t.TempDir()) })
	if !strings.Contains(r.fatal, "no *.json") {
		t.Errorf("an empty folder passes: %q", r.fatal)
	}
}
