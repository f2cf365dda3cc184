package cache

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// clock is a clock that stands where it is put.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// store opens a cache in a folder of the test, which fails where it warns.
func store(t *testing.T, limit int64) (*Store, string, *clock) {
	t.Helper()
	dir, c := filepath.Join(t.TempDir(), "cache"), &clock{at: time.Now().Add(time.Hour)}
	return Open(Config{Dir: dir, Limit: limit, Now: c.now, Warn: func(err error) { t.Error(err) }}), dir, c
}

func put(s *Store, body string, key ...string) {
	s.Put(Entry{Key: key, ETag: "tag", Fetched: time.Unix(1, 0).UTC()}, []byte(body))
}

func has(t *testing.T, s *Store, want string, key ...string) {
	t.Helper()
	e, body, ok := s.Get(key...)
	if !ok || string(body) != want || e.ETag != "tag" || !e.Fetched.Equal(time.Unix(1, 0)) {
		t.Errorf("%v: %q, %+v, %v; want %q", key, body, e, ok, want)
	}
}

func TestKeep(t *testing.T) {
	s, dir, _ := store(t, 0)
	if _, _, ok := s.Get("a"); ok {
		t.Error("an empty cache has something")
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Error("reading made the folder")
	}
	put(s, "one", "a", "b")
	put(s, "two", "a,1:b")
	put(s, "one", "c")
	put(s, "", "empty")
	has(t, s, "one", "a", "b")
	has(t, s, "two", "a,1:b")
	has(t, s, "one", "c")
	has(t, s, "", "empty")
	put(s, "three", "c")
	again := Open(Config{Dir: dir})
	has(t, again, "three", "c")
	if _, _, ok := again.Get("ab"); ok {
		t.Error("two keys are one")
	}
	info, err := again.Info()
	if err != nil || info.Entries != 4 || info.Blobs != 4 || info.Bytes < 11 || info.Oldest == nil || info.Limit != DefaultLimit {
		t.Errorf("%+v, %v", info, err)
	}
	if err := again.Clear(); err != nil {
		t.Error(err)
	}
	if _, _, ok := again.Get("c"); ok {
		t.Error("cleared, and still there")
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("clearing left %v, %v", left, err)
	}
	put(again, "four", "d")
	has(t, again, "four", "d")
	var none *Store
	none.Put(Entry{}, nil)
	if _, _, ok := none.Get("a"); ok {
		t.Error("no cache has something")
	}
}

// Nobody else may read what a user's token was given.
func TestModes(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no modes there")
	}
	s, dir, _ := store(t, 0)
	put(s, "one", "a")
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if want := map[bool]fs.FileMode{true: 0o700, false: 0o600}[e.IsDir()]; err == nil && info.Mode().Perm() != want {
			t.Errorf("%s has mode %o", name, info.Mode().Perm())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What is corrupt is never served, and can be put again.
func TestCorruption(t *testing.T) {
	blob := blobPath(digest([]byte("contents")))
	entry := entryPath([]string{"a"})
	other := entryPath([]string{"b"})
	tests := []struct {
		name string
		do   func(dir string) error
	}{
		{"a byte turned", func(dir string) error { return os.WriteFile(filepath.Join(dir, blob), []byte("contentz"), 0o600) }},
		{"cut off", func(dir string) error { return os.Truncate(filepath.Join(dir, blob), 3) }},
		{"longer", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, blob), []byte("contents and more"), 0o600)
		}},
		{"gone", func(dir string) error { return os.Remove(filepath.Join(dir, blob)) }},
		{"entry gone", func(dir string) error { return os.Remove(filepath.Join(dir, entry)) }},
		{"entry empty", func(dir string) error { return os.Truncate(filepath.Join(dir, entry), 0) }},
		{"entry cut off", func(dir string) error { return os.Truncate(filepath.Join(dir, entry), 20) }},
		{"entry of another key", func(dir string) error { return os.Rename(filepath.Join(dir, other), filepath.Join(dir, entry)) }},
		{"a folder for contents", func(dir string) error {
			return errors.Join(os.Remove(filepath.Join(dir, blob)), os.Mkdir(filepath.Join(dir, blob), 0o700))
		}},
		{"a link to elsewhere", func(dir string) error {
			secret := filepath.Join(filepath.Dir(dir), "secret")
			return errors.Join(os.WriteFile(secret, []byte("contents"), 0o600), os.Remove(filepath.Join(dir, blob)), os.Symlink(secret, filepath.Join(dir, blob)))
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, dir, _ := store(t, 0)
			put(s, "contents", "a")
			put(s, "others", "b")
			if err := tt.do(dir); err != nil {
				t.Fatal(err)
			}
			if _, body, ok := s.Get("a"); ok {
				t.Fatalf("served %q", body)
			}
			if strings.HasPrefix(tt.name, "a folder") || strings.HasPrefix(tt.name, "a link") {
				return // somebody's own doing, which is left alone
			}
			put(s, "contents", "a")
			has(t, s, "contents", "a")
		})
	}
}

func TestEviction(t *testing.T) {
	const limit = 20_000
	s, _, c := store(t, limit)
	body := func(i int) string { return strings.Repeat(fmt.Sprint(i%10), 1000) + fmt.Sprint(i) }
	for i := range 10 {
		put(s, body(i), fmt.Sprint(i))
	}
	c.move(2 * time.Hour)
	has(t, s, body(0), "0") // used again, and so kept
	for i := 10; i < 40; i++ {
		c.move(time.Minute)
		put(s, body(i), fmt.Sprint(i))
		if i%5 == 0 {
			s.touchAll("0")
		}
	}
	info, err := s.Info()
	if err != nil || info.Bytes > limit || info.Bytes < limit/2 {
		t.Errorf("holds %d bytes, %v; the limit is %d", info.Bytes, err, limit)
	}
	has(t, s, body(39), "39")
	if _, _, ok := s.Get("1"); ok {
		t.Error("what was not used for longest is still there")
	}
	put(s, strings.Repeat("x", limit+1), "huge")
	if _, _, ok := s.Get("huge"); ok {
		t.Error("kept more than the limit")
	}
}

// touchAll marks an entry as used now.
func (s *Store) touchAll(key ...string) {
	if e, _, ok := s.Get(key...); ok {
		for _, name := range []string{entryPath(key), blobPath(e.Blob)} {
			_ = s.root.Chtimes(name, s.now(), s.now())
		}
	}
}

// What a killed run left in the making is swept up, once it cannot be anybody's.
func TestStrays(t *testing.T) {
	s, dir, c := store(t, 0)
	put(s, "one", "a")
	stray := filepath.Join(dir, tempDir, "stray")
	if err := os.WriteFile(stray, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Info(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(stray); err != nil {
		t.Error("a file that somebody may be writing is gone")
	}
	c.move(3 * time.Hour)
	if _, err := s.Info(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(stray); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the stray file is still there")
	}
}

// A cache that cannot be used is no cache, and says so once.
func TestUnusable(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, place := range []string{file, filepath.Join(file, "below"), "/dev/null/cache", "/proc/no-such-folder"} {
		var warnings []error
		s := Open(Config{Dir: place, Warn: func(err error) { warnings = append(warnings, err) }})
		for range 3 {
			put(s, "one", "a")
			if _, _, ok := s.Get("a"); ok {
				t.Errorf("%s: kept", place)
			}
		}
		if len(warnings) != 1 || !strings.Contains(warnings[0].Error(), "use the cache in "+place) {
			t.Errorf("%s: warnings %q, want one", place, warnings)
		}
	}
	// A folder in the place of ours is not ours to mend.
	var warnings []error
	s := Open(Config{Dir: dir, Warn: func(err error) { warnings = append(warnings, err) }})
	if err := os.WriteFile(filepath.Join(dir, format), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	put(s, "one", "a")
	put(s, "one", "a")
	if len(warnings) != 1 {
		t.Errorf("warnings %q, want one", warnings)
	}
}

// Clearing removes what is the cache's, and nothing else that lies there.
func TestClearSparesOthers(t *testing.T) {
	s, dir, _ := store(t, 0)
	put(s, "one", "a")
	for _, name := range []string{"thesis.txt", format + "/notes.txt"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Clear(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"thesis.txt", format + "/notes.txt"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	if err := Open(Config{Dir: filepath.Join(dir, "none")}).Clear(); err != nil {
		t.Error(err)
	}
}

// Several stores on one folder, as several processes have it, while it is
// cleared and while it overflows.
func TestConcurrency(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cache")
	var group sync.WaitGroup
	for n := range 4 {
		s := Open(Config{Dir: dir, Limit: 30_000, Warn: func(err error) { t.Error(err) }})
		for range 2 {
			group.Go(func() {
				for i := range 150 {
					key, body := fmt.Sprint(i%40), strings.Repeat(fmt.Sprint(i%40), 800)
					put(s, body, key)
					if _, got, ok := s.Get(key); ok && string(got) != body {
						t.Errorf("%s: got %d bytes of something else", key, len(got))
					}
					if n == 0 && i%50 == 49 {
						if err := s.Clear(); err != nil {
							t.Logf("clear: %v", err) // somebody wrote meanwhile
						}
					}
				}
			})
		}
	}
	group.Wait()
	verify(t, dir)
}

// verify holds that every file of a cache is whole and in its place.
func verify(t *testing.T, dir string) {
	t.Helper()
	_ = filepath.WalkDir(filepath.Join(dir, format), func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || filepath.Base(filepath.Dir(name)) == "tmp" {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Error(err)
		} else if base := filepath.Base(name); !strings.HasSuffix(base, ".json") && digest(text) != base {
			t.Errorf("%s holds other contents", name)
		} else if strings.HasSuffix(base, ".json") {
			if entry, err := parseEntry(text); err != nil || filepath.Base(entryPath(entry.Key)) != base {
				t.Errorf("%s: %v", name, err)
			}
		}
		return nil
	})
}

func FuzzParseEntry(f *testing.F) {
	f.Add([]byte(`{"key":["a"],"etag":"x","fetched":"2026-01-02T03:04:05Z","blob":"` + strings.Repeat("ab", 32) + `","size":3}`))
	f.Add([]byte(`{"key":null,"blob":"../../x","size":-1}`))
	f.Add([]byte(``))
	f.Fuzz(func(t *testing.T, text []byte) {
		e, err := parseEntry(text)
		if err != nil {
			return
		}
		if e.Size < 0 || strings.ContainsAny(blobPath(e.Blob)[len(blobDir):], ".\\") || len(blobPath(e.Blob)) != len(blobDir)+4+64 {
			t.Errorf("%q: %+v", text, e)
		}
		if bytes.Equal(text, nil) {
			t.Error("nothing is an entry")
		}
	})
}

func BenchmarkPutGet(b *testing.B) {
	s := Open(Config{Dir: b.TempDir()})
	body := []byte(strings.Repeat("x", 20_000))
	for i := 0; b.Loop(); i++ {
		key := fmt.Sprint(i)
		s.Put(Entry{Key: []string{key}, Fetched: time.Unix(1, 0)}, fmt.Append(body, i))
		if _, _, ok := s.Get(key); !ok {
			b.Fatal("not kept")
		}
	}
}
