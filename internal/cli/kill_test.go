package cli

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/entail-dev/entail/internal/lock"
	"github.com/entail-dev/entail/internal/testkit"
)

// killed is how often the program is killed, and chain how many ancestors it
// reads, each a little later than the one before.
const (
	killed = 50
	chain  = 6
	slow   = 10 * time.Millisecond
)

// slowHub is a Hub that takes its time, and counts its requests.
func slowHub(t *testing.T, repos ...testkit.HubRepo) (address string, asked *atomic.Int64) {
	t.Helper()
	target, err := url.Parse(testkit.NewHub(t, repos...).URL())
	if err != nil {
		t.Fatal(err)
	}
	asked = new(atomic.Int64)
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ErrorLog = log.New(io.Discard, "", 0) // callers that are killed
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(slow)
		asked.Add(1)
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL, asked
}

// family is a chain of models under one licence.
func family(license string) []testkit.HubRepo {
	var repos []testkit.HubRepo
	for i := range chain {
		repos = append(repos, hubRepo(fmt.Sprintf("org/m%d", i), "license: "+license, fmt.Sprintf("base_model: org/m%d", i+1)))
	}
	return append(repos, hubRepo(fmt.Sprintf("org/m%d", chain), "license: "+license))
}

// TestKilled kills lock --update at a random moment, 50 times: the lock is the
// old one or the new one, whole, and a run afterwards finishes the work. Half
// of the kills come around the moment of writing.
func TestKilled(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "entail")
	if out, err := exec.Command("go", "build", "-o", binary, "../../cmd/entail").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	folder := filepath.Join(t.TempDir(), "release")
	write(t, folder, card("license: mit", "base_model: org/m0"))
	path := filepath.Join(folder, lock.FileName)
	licenses := []string{"mit", "apache-2.0"}
	var addresses [2]string
	var asked [2]*atomic.Int64
	for i, license := range licenses {
		addresses[i], asked[i] = slowHub(t, family(license)...)
	}
	command := func(i int) *exec.Cmd {
		cmd := exec.CommandContext(t.Context(), binary, "lock", "--update", folder)
		cmd.Env = []string{"HF_ENDPOINT=" + addresses[i]}
		return cmd
	}
	started := time.Now()
	if out, err := command(0).CombinedOutput(); err != nil {
		t.Fatalf("lock: %v\n%s", err, out)
	}
	usual, requests := time.Since(started), asked[0].Load()
	// seed is printed, so that a failure can be looked at again.
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 0))
	olds, news, at := 0, 0, 0
	for round := range killed {
		before := whole(t, path)
		next := 1 - at
		asked[next].Store(0)
		cmd := command(next)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if round%2 == 0 {
			time.Sleep(time.Duration(random.Int64N(int64(usual))))
		} else {
			for deadline := time.Now().Add(10 * usual); asked[next].Load() < requests && time.Now().Before(deadline); {
				time.Sleep(time.Millisecond)
			}
			time.Sleep(time.Duration(random.Int64N(int64(20 * time.Millisecond))))
		}
		_ = cmd.Process.Kill() // it may have ended
		_ = cmd.Wait()
		after := whole(t, path)
		switch {
		case bytes.Equal(before, after):
			olds++
		case !strings.Contains(string(after), "- id: "+licenses[at]+"\n") && strings.Contains(string(after), "- id: "+licenses[next]+"\n"):
			news++
			at = next
		default:
			t.Fatalf("round %d of seed %d: neither the old lock nor the new one:\n%s", round, seed, after)
		}
	}
	t.Logf("seed %d: %d times the old lock, %d times the new one", seed, olds, news)
	if out, err := command(1 - at).CombinedOutput(); err != nil {
		t.Errorf("a run after the kills: %v\n%s", err, out)
	}
	if last := whole(t, path); !strings.Contains(string(last), "- id: "+licenses[1-at]+"\n") {
		t.Errorf("a run after the kills left\n%s", last)
	}
}

// whole reads a lock and wants it to hold all of the family.
func whole(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := lock.Parse(path, bytes.NewReader(text))
	if err != nil || len(file.Ancestors) != chain+1 {
		t.Fatalf("%v, %d ancestors:\n%s", err, len(file.Ancestors), text)
	}
	return text
}
