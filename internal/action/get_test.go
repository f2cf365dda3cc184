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
	// env is added to the environment of the script.
	env []string
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
	cmd.Env = append(cmd.Env, g.env...)
	cmd.Dir = g.dir
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

// TestGetOnWindows holds that names such as those of a runner on Windows, which
// some programs take for another machine's or mark in what they print, do.
func TestGetOnWindows(t *testing.T) {
	g := newGetter(t)
	name := `D:\a\_temp`
	if err := os.Mkdir(filepath.Join(g.dir, name), 0o755); err != nil {
		t.Skipf("no such names here: %v", err)
	}
	g.env = []string{"RUNNER_TEMP=" + name}
	binary, log, code := g.run(t, "1.0.0", checksum("1.0.0", g.archive))
	if code != 0 || !strings.HasPrefix(binary, name+"/") {
		t.Fatalf("exit %d, program %q: %s", code, binary, log)
	}
	if said, err := exec.Command(filepath.Join(g.dir, binary)).Output(); string(said) != "released\n" {
		t.Errorf("the program says %q, %v", said, err)
	}
}

// witness puts a gh of a version on the path, which says what it was asked and
// ends with a code, and a curl that has the archive of the release.
func (g *getter) witness(t *testing.T, version string, code int) {
	t.Helper()
	bin := filepath.Join(g.dir, "bin")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"gh": fmt.Sprintf("#!/bin/sh\nif [ \"$1\" = --version ]; then echo 'gh version %s (2026-01-02)'; exit; fi\necho \"gh at $GH_HOST: $*\"\nexit %d\n", version, code),
		// The address is the last word, the file the one after --output.
		"curl": "#!/bin/sh\necho \"curl $*\"\nfor last; do :; done\nwhile [ \"$1\" != --output ]; do shift; done\ncp \"" + filepath.Join(g.dir, "archive") + "\" \"$2\"\n",
	} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(g.dir, "archive"), g.archive, 0o644); err != nil {
		t.Fatal(err)
	}
	g.env = []string{"PATH=" + bin + ":/usr/bin:/bin", "ENTAIL_DOWNLOAD_URL="}
}

// TestGetAsksTheWitness holds that an archive without an attestation is not run
// where gh can tell, and that gh is asked where its token belongs.
func TestGetAsksTheWitness(t *testing.T) {
	g := newGetter(t)
	for _, tt := range []struct {
		name, version string
		code          int
		env           []string
		asked, runs   bool
	}{
		{"attested", "2.93.0", 0, nil, true, true},
		{"not attested", "2.100.1", 1, nil, true, false},
		{"on github.com", "3.0.0", 1, []string{"GITHUB_SERVER_URL=https://github.com"}, true, false},
		{"gh too old", "2.92.0", 1, nil, false, true},
		{"gh without a version", "of my own", 1, nil, false, true},
		{"no token", "2.93.0", 1, []string{"GH_TOKEN="}, false, true},
		{"an Enterprise server", "2.93.0", 1, []string{"GITHUB_SERVER_URL=https://ghe.example"}, false, true},
		{"a mirror", "2.93.0", 1, []string{"ENTAIL_DOWNLOAD_URL=https://mirror.example"}, false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g.witness(t, tt.version, tt.code)
			g.env = append(g.env, tt.env...)
			binary, log, code := g.run(t, "1.0.0", checksum("1.0.0", g.archive))
			if (code == 0) != tt.runs || (binary != "") != tt.runs {
				t.Errorf("exit %d, program %q: %s", code, binary, log)
			}
			asked := strings.Contains(log, "gh at github.com: attestation verify ")
			for _, words := range []string{
				"--repo entail-dev/entail", "--signer-workflow entail-dev/entail/.github/workflows/release.yml",
				"--source-ref refs/tags/v1.0.0", "--deny-self-hosted-runners",
			} {
				asked = asked && strings.Contains(log, words)
			}
			if asked != tt.asked || !strings.Contains(log, "curl ") || tt.asked && !strings.Contains(log, "--proto =https ") {
				t.Errorf("asked %v, want %v: %s", asked, tt.asked, log)
			}
			if !tt.runs && !strings.Contains(log, "has no attestation of entail's own release workflow") {
				t.Errorf("log %s", log)
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
