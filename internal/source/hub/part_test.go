package hub_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
	"github.com/entail-dev/entail/internal/source/hub"
	"github.com/entail-dev/entail/internal/testkit"
)

func TestReadAt(t *testing.T) {
	big := strings.Repeat("0123456789", 1<<20) // 10 MiB, which nobody reads whole
	files := map[string]string{"small": "0123456789", "big.gguf": big, "empty": ""}
	repo := testkit.HubRepo{ID: "org/name", SHA: strings.Repeat("c0ffee00", 5), Files: files, LFS: []string{"big.gguf"}}
	tests := []struct {
		name, path string
		offset     int64
		n          int
		fault      testkit.HubFaultKind
		want       string
		fails      bool
	}{
		{"start", "small", 0, 4, "", "0123", false},
		{"middle", "small", 3, 4, "", "3456", false},
		{"to the end", "small", 8, 9, "", "89", false},
		{"whole", "small", 0, 10, "", "0123456789", false},
		{"past the end", "small", 10, 5, "", "", false},
		{"far past the end", "small", 1 << 40, 5, "", "", false},
		{"of nothing", "empty", 0, 5, "", "", false},
		{"none", "small", 3, 0, "", "", false},
		{"before the start", "small", -1, 5, "", "", false},
		{"second host", "big.gguf", 11, 5, "", "12345", false},
		{"end of second host", "big.gguf", int64(len(big)) - 2, 5, "", "89", false},
		{"past the end of second host", "big.gguf", int64(len(big)), 5, "", "", false},
		{"missing", "none", 0, 5, "", "", true},
		{"no path", "../x", 0, 5, "", "", true},
		{"server without ranges", "small", 3, 4, testkit.HubNoRange, "3456", false},
		{"second host without ranges", "big.gguf", 3, 4, testkit.HubNoRange, "3456", false},
		{"server without ranges, past the end", "small", 30, 4, testkit.HubNoRange, "", false},
		{"server without ranges, far in", "big.gguf", 9 << 20, 4, testkit.HubNoRange, "", true},
		{"another part", "small", 3, 4, testkit.HubOtherRange, "", true},
		{"less than asked for", "small", 3, 4, testkit.HubShortRange, "", true},
		{"expired", "big.gguf", 3, 4, testkit.HubExpired, "", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			repo := repo
			if tt.fault != "" {
				repo.Fault = &testkit.HubFault{Kind: tt.fault}
			}
			h := testkit.NewHub(t, repo)
			snap := fetch(t, open(t, hub.Config{Endpoint: h.URL(), Token: testkit.HubToken}), model.Ref{ID: "org/name"})
			got, err := snap.ReadAt(t.Context(), tt.path, tt.offset, tt.n)
			var failed *source.ReadError
			if (err != nil) != tt.fails || err != nil && !errors.As(err, &failed) || string(got) != tt.want {
				t.Fatalf("got %q, %v; want %q, error %v", got, err, tt.want, tt.fails)
			}
			for _, r := range h.Requests() {
				if r.Storage && r.Range == "" {
					t.Error("the whole of a large file was asked for")
				}
			}
		})
	}
}

// What is read in parts is bounded as a whole file is, and costs no more.
func TestReadAtIsBounded(t *testing.T) {
	h := testkit.NewHub(t, testkit.HubRepo{ID: "org/name", Files: map[string]string{"big": strings.Repeat("x", source.MaxFileBytes+9)}, LFS: []string{"big"}})
	snap := fetch(t, open(t, hub.Config{Endpoint: h.URL()}), model.Ref{ID: "org/name"})
	got, err := snap.ReadAt(t.Context(), "big", 0, 1<<30)
	if err != nil || len(got) != source.MaxFileBytes {
		t.Errorf("read %d bytes, %v", len(got), err)
	}
}

// The terms of gated weights may be for everybody to read.
func TestLicenseBeforeTheGate(t *testing.T) {
	h := testkit.NewHub(t, testkit.HubRepo{
		ID: "org/name", Gated: "auto", Ungated: []string{"LICENSE"}, Files: map[string]string{"LICENSE": "terms", "weights": "w"},
	})
	snap := fetch(t, open(t, hub.Config{Endpoint: h.URL()}), model.Ref{ID: "org/name"})
	if text, err := snap.Read(t.Context(), "LICENSE"); err != nil || string(text) != "terms" {
		t.Errorf("read %q, %v", text, err)
	}
	var failed *source.ReadError
	if _, err := snap.Read(t.Context(), "weights"); !errors.As(err, &failed) || failed.State != model.Gated {
		t.Errorf("the weights: %v", err)
	}
}
