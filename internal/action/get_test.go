package action

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// getter is a copy of what action.yml's first step runs, with checksums of its
// own, and a server in place of GitHub's releases.
type getter struct {
	dir     string
	archive []byte
	asked   []string
	server  *httptest.Server
}

func newGetter(t *testing.T) *getter {
	t.Helper()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("no bash here")
	}
	g := &getter{dir: t.TempDir()}
	script, err := os.ReadFile(filepath.Join("..", "..", ".github", "action", "get.sh"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(g.dir, "get.sh"), script, 0o755); err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	files := tar.NewWriter(zip)
	program := "#!/bin/sh\necho released\n"
	if err := files.WriteHeader(&tar.Header{Name: "entail", Mode: 0o755, Size: int64(len(program))}); err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(files, program)
	files.Close()
	zip.Close()
	g.archive = packed.Bytes()
	g.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.asked = append(g.asked, r.URL.Path)
		if strings.Contains(r.URL.Path, "gone") {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write(g.archive)
	}))
	t.Cleanup(g.server.Close)
	return g
}

// run runs the script for a version, with these lines of checksums.
func (g *getter) run(t *testing.T, version string, checksums ...string) (binary, log string, code int) {
	t.Helper()
	text := "# comment\n" + strings.Join(checksums, "\n") + "\n"
	if err := os.WriteFile(filepath.Join(g.dir, "checksums.txt"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	output := filepath.Join(g.dir, "output")
	_ = os.Remove(output)
	cmd := exec.Command("bash", filepath.Join(g.dir, "get.sh"))
	cmd.Env = []string{
		"PATH=/usr/bin:/bin", "RUNNER_TEMP=" + g.dir, "GITHUB_OUTPUT=" + output, "GH_TOKEN=secret",
		"ENTAIL_ACTION_VERSION=" + version, "ENTAIL_DOWNLOAD_URL=" + g.server.URL,
	}
	out, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	named, _ := os.ReadFile(output)
	return strings.TrimSpace(strings.TrimPrefix(string(named), "binary=")), string(out), cmd.ProcessState.ExitCode()
}

func checksum(version string, archive []byte) string {
	sum := sha256.Sum256(archive)
	return fmt.Sprintf("%s  entail_%s_%s_%s.tar.gz", hex.EncodeToString(sum[:]), version, runtime.GOOS, runtime.GOARCH)
}

func TestGetRelease(t *testing.T) {
	g := newGetter(t)
	newest, older := checksum("1.1.0", g.archive), checksum("1.0.0", g.archive)
	for version, path := range map[string]string{"": "/v1.1.0/", "1.0.0": "/v1.0.0/", "v1.0.0": "/v1.0.0/"} {
		g.asked = nil
		binary, log, code := g.run(t, version, newest, older)
		if code != 0 || binary == "" {
			t.Fatalf("%q: exit %d: %s", version, code, log)
		}
		if len(g.asked) != 1 || !strings.HasPrefix(g.asked[0], path) {
			t.Errorf("%q: asked for %v, want one below %s", version, g.asked, path)
		}
		if said, err := exec.Command(binary).Output(); string(said) != "released\n" {
			t.Errorf("%q: the program says %q, %v", version, said, err)
		}
	}
}

func TestGetRefuses(t *testing.T) {
	g := newGetter(t)
	right, other := checksum("1.0.0", g.archive), checksum("1.0.0", []byte("another"))
	for _, tt := range []struct {
		name, version string
		checksums     []string
		says          string
		asks          bool
	}{
		{"another archive", "1.0.0", []string{other}, "it was not run", true},
		{"unknown version", "9.9.9", []string{right}, "holds no checksum of version 9.9.9; it knows: 1.0.0", false},
		{"latest", "latest", []string{right}, "holds no checksum of version latest", false},
		{"a path", "../1.0.0", []string{right}, "holds no checksum", false},
		{"a pattern", "1.*", []string{right}, "holds no checksum", false},
		{"a command", "$(touch pwned)", []string{right}, "holds no checksum", false},
		{"not there", "gone", []string{checksum("gone", g.archive)}, "could not be fetched", true},
		{"no release and no Go", "", nil, "there is no Go to build it with", false},
		{"another system only", "1.0.0", []string{strings.Replace(right, runtime.GOOS+"_", "plan9_", 1)}, "there is no Go to build it with", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := os.Stat("/usr/bin/go"); err == nil && strings.Contains(tt.says, "no Go") {
				t.Skip("Go stands where the script would find it")
			}
			g.asked = nil
			binary, log, code := g.run(t, tt.version, tt.checksums...)
			if code != 2 || binary != "" || !strings.Contains(log, tt.says) || !strings.Contains(log, "::error title=entail::") {
				t.Errorf("exit %d, program %q, log %s", code, binary, log)
			}
			if asked := len(g.asked) > 0; asked != tt.asks {
				t.Errorf("asked for %v", g.asked)
			}
			if strings.Contains(log, "secret") {
				t.Error("the log holds the token")
			}
		})
	}
}

// TestChecksumsFile holds that the file in the repository has the form that
// the script reads.
func TestChecksumsFile(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", ".github", "action", "checksums.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		sum, name, _ := strings.Cut(line, "  ")
		if !strings.HasPrefix(line, "#") && (len(sum) != 64 || !strings.HasPrefix(name, "entail_") || !strings.HasSuffix(name, ".tar.gz")) {
			t.Errorf("line %q", line)
		}
	}
}
