package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/entail-dev/entail/internal/testkit"
)

// kills is how often a run is killed.
const kills = 50

// TestKilledRunsLeaveNothingHalfDone kills the program at random moments of a
// walk that reads and writes the cache. What it leaves is whole each time, and
// in the end a run gives what one without a cache does.
func TestKilledRunsLeaveNothingHalfDone(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	fake := testkit.NewHub(t, chain(20)...)
	dir := t.TempDir()
	kept := filepath.Join(dir, "cache")
	release := filepath.Join(dir, "release")
	if err := os.Mkdir(release, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(release, "README.md"), []byte("---\nlicense: mit\nbase_model: org/m0\n---\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	command := func(place string) (*exec.Cmd, *bytes.Buffer) {
		cmd := exec.Command("entail", "check", "--format", "json", "--cache-dir", place, release)
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		cmd.Env = []string{"HF_ENDPOINT=" + fake.URL()}
		return cmd, &out
	}
	started := time.Now()
	first, want := command(filepath.Join(dir, "another"))
	if err := first.Run(); err != nil {
		t.Fatalf("%v\n%s", err, want)
	}
	whole := time.Since(started)

	cut, times := 0, kills
	if testing.Short() {
		times = kills / 5
	}
	for range times {
		cmd, _ := command(kept)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		// The start of the program is no time to be killed at.
		time.Sleep(whole/5 + time.Duration(random.Int64N(int64(whole))))
		_ = cmd.Process.Kill() // it may have ended already
		if cmd.Wait() != nil {
			cut++
		}
		verifyCache(t, kept)
		if random.IntN(5) == 0 {
			_ = os.RemoveAll(kept) // else there is soon nothing left to write
		}
	}
	if cut < times/10 {
		t.Errorf("only %d of %d runs were killed before their end, which shows little", cut, times)
	}
	last, got := command(kept)
	if err := last.Run(); err != nil {
		t.Fatalf("%v\n%s", err, got)
	}
	if !bytes.Equal(got.Bytes(), want.Bytes()) {
		t.Errorf("after %d kills:\n%s\nwant, as without a cache:\n%s", cut, got, want)
	}
	t.Logf("%d of %d runs were killed before their end", cut, times)
}

// chain is n models, each made from the next.
func chain(n int) []testkit.HubRepo {
	var repos []testkit.HubRepo
	for i := range n {
		matter := "license: mit\n"
		if i < n-1 {
			matter += fmt.Sprintf("base_model: org/m%d\n", i+1)
		}
		repos = append(repos, testkit.HubRepo{
			ID: fmt.Sprintf("org/m%d", i), Latency: 2 * time.Millisecond,
			Files: map[string]string{
				"README.md": "---\n" + matter + "---\n",
				"LICENSE":   "SPDX-License-Identifier: MIT\n" + strings.Repeat(fmt.Sprintf("# %d\n", i), 5000),
			},
		})
	}
	return repos
}

// verifyCache holds that each file of a cache is whole: contents are those of
// their name, and entries can be read.
func verifyCache(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		switch folder := filepath.Base(filepath.Dir(filepath.Dir(name))); {
		case filepath.Base(filepath.Dir(name)) == "tmp": // in the making, and read by nobody
		case folder == "blobs":
			if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != filepath.Base(name) {
				t.Errorf("%s holds other contents", name)
			}
		case folder == "entries":
			if !json.Valid(text) {
				t.Errorf("%s holds %q", name, text)
			}
		default:
			t.Errorf("%s has no place in a cache", name)
		}
		return nil
	})
	if err != nil && !os.IsNotExist(err) {
		t.Error(err)
	}
}
