// Package cache keeps answers on disk from one run to the next.
//
// Contents lie under their SHA-256, entries under that of their key, and each
// is checked when it is read: what is corrupt is dropped and counts as not
// there. Every file is written elsewhere and renamed into place, so that a run
// that is killed leaves nothing half-written, and runs at the same time need
// no lock. Nothing is flushed to the disk by force: a file that a power cut
// tears fails its check. The package knows nothing of what it keeps, and a
// cache that cannot be used is no cache, never an error.
package cache

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

// format is the folder of this version of the layout. A later version uses
// another, so that two programs of different age can share a place.
const format = "v1"

// Folders of the layout.
const (
	entryDir = format + "/entries"
	blobDir  = format + "/blobs"
	tempDir  = format + "/tmp"
)

// Bounds and habits.
const (
	// DefaultLimit is how many bytes a cache holds where nothing else is said.
	DefaultLimit = 1 << 30
	// MaxEntryBytes bounds the description of one entry.
	MaxEntryBytes = 64 << 10
	// touchAfter is how old the mark of the last use may be before it is
	// renewed: reading should not write each time.
	touchAfter = time.Hour
	// strayAfter is how long a file in the making may take.
	strayAfter = time.Hour
)

// Config says where a cache is and how large it may grow.
type Config struct {
	// Dir is the folder; it is made when first written to.
	Dir string
	// Limit is the most that it holds, in bytes; 0 for DefaultLimit.
	Limit int64
	// Now is the clock that use is marked by; nil for the real one.
	Now func() time.Time
	// Warn, where set, is told once why the cache cannot be used.
	Warn func(error)
}

// Store is a cache on disk. A nil Store is empty and keeps nothing. It is safe
// for concurrent use, by several processes too.
type Store struct {
	dir   string
	limit int64
	now   func() time.Time
	warn  func(error)

	mu     sync.Mutex
	root   *os.Root
	broken bool
	known  bool  // whether total was counted
	total  int64 // bytes held, as far as this process knows
}

// Entry describes one answer that is kept.
type Entry struct {
	// Key names the answer, part by part.
	Key []string `json:"key"`
	// ETag is the entity tag that it came with; empty for none.
	ETag string `json:"etag,omitempty"`
	// Fetched is when its server last said that it holds.
	Fetched time.Time `json:"fetched"`
	// Blob is the SHA-256 of the contents, in hexadecimal; Size their length
	// in bytes. Put sets both.
	Blob string `json:"blob"`
	Size int64  `json:"size"`
}

// Open prepares to use the cache at a folder. It reads and writes nothing.
func Open(cfg Config) *Store {
	s := &Store{dir: cfg.Dir, limit: cfg.Limit, now: cfg.Now, warn: cfg.Warn}
	if s.limit <= 0 {
		s.limit = DefaultLimit
	}
	if s.now == nil {
		s.now = time.Now
	}
	return s
}

// open opens the folder; it makes it where asked to. Nil where it cannot be
// used, or is not there yet.
func (s *Store) open(create bool) *os.Root {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.root != nil || s.broken {
		return s.root
	}
	if create {
		if err := os.MkdirAll(s.dir, 0o700); err != nil {
			s.fail(err)
			return nil
		}
	}
	root, err := os.OpenRoot(s.dir)
	if err != nil {
		if create || !errors.Is(err, fs.ErrNotExist) {
			s.fail(err)
		}
		return nil
	}
	s.root = root
	return root
}

// fail gives the cache up, and says so once. s.mu is held.
func (s *Store) fail(err error) {
	if s.broken {
		return
	}
	s.broken, s.root = true, nil
	if s.warn != nil {
		s.warn(fmt.Errorf("use the cache in %s: %w", s.dir, cause(err)))
	}
}

func (s *Store) giveUp(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail(err)
}

// cause drops the path that an error of package os repeats.
func cause(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	if l, ok := errors.AsType[*os.LinkError](err); ok {
		return l.Err
	}
	return err
}

// Get returns the entry of a key and its contents, checked.
func (s *Store) Get(key ...string) (Entry, []byte, bool) {
	if s == nil {
		return Entry{}, nil, false
	}
	root := s.open(false)
	if root == nil {
		return Entry{}, nil, false
	}
	name := entryPath(key)
	text, err := read(root, name, MaxEntryBytes)
	if err != nil {
		s.doubt(err)
		return Entry{}, nil, false
	}
	e, err := parseEntry(text)
	if err != nil || !slices.Equal(e.Key, key) {
		_ = root.Remove(name) // what is left of it is of no use to anybody
		return Entry{}, nil, false
	}
	blob := blobPath(e.Blob)
	body, err := read(root, blob, e.Size)
	if err != nil {
		s.doubt(err)
		return Entry{}, nil, false
	}
	if int64(len(body)) != e.Size || digest(body) != e.Blob {
		_ = root.Remove(blob)
		_ = root.Remove(name)
		return Entry{}, nil, false
	}
	s.touch(root, name)
	s.touch(root, blob)
	return e, body, true
}

// doubt gives the cache up where it cannot be read. What is not there, is no
// file or is too large was put there by somebody else, or evicted.
func (s *Store) doubt(err error) {
	if errors.Is(err, fs.ErrPermission) {
		s.giveUp(err)
	}
}

// touch marks a file as used. A cache that cannot be written to is read all
// the same.
func (s *Store) touch(root *os.Root, name string) {
	now := s.now()
	if info, err := root.Stat(name); err == nil && now.Sub(info.ModTime()) > touchAfter {
		_ = root.Chtimes(name, now, now)
	}
}

// Put keeps an answer, in place of the one of the same key. It evicts what was
// not used for longest where there is no room left.
func (s *Store) Put(e Entry, body []byte) {
	if s == nil || int64(len(body)) > s.limit {
		return
	}
	root := s.open(true)
	if root == nil {
		return
	}
	e.Blob, e.Size = digest(body), int64(len(body))
	text, err := json.Marshal(e)
	if err != nil || len(text) > MaxEntryBytes {
		return
	}
	if _, err = parseEntry(text); err != nil {
		return // a key that would not be read back
	}
	var added int64
	blob := blobPath(e.Blob)
	if info, err := root.Stat(blob); err != nil || info.Size() != e.Size {
		if err := s.write(root, blob, body); err != nil {
			s.giveUp(err)
			return
		}
		added += e.Size
	}
	if err := s.write(root, entryPath(e.Key), text); err != nil {
		s.giveUp(err)
		return
	}
	s.makeRoom(root, added+int64(len(text)))
}

// tries is how often a file is put in its place while somebody else clears
// the cache.
const tries = 3

// write puts a file in its place at one go. It is no failure that somebody
// clears the cache meanwhile.
func (s *Store) write(root *os.Root, name string, data []byte) error {
	err := place(root, name, data)
	for range tries {
		if !errors.Is(err, fs.ErrNotExist) { // else the first of its folder
			return err
		}
		for _, dir := range []string{tempDir, path.Dir(name)} {
			if err := root.MkdirAll(dir, 0o700); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
		err = place(root, name, data)
	}
	if _, gone := root.Stat("."); gone != nil {
		return gone
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func place(root *os.Root, name string, data []byte) error {
	temp := tempDir + "/" + rand.Text()
	f, err := root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Close())
	if err == nil {
		err = root.Rename(temp, name)
	}
	if err != nil {
		_ = root.Remove(temp)
	}
	return err
}

// read reads a regular file of at most limit bytes.
func read(root *os.Root, name string, limit int64) ([]byte, error) {
	info, err := root.Lstat(name)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular() || info.Size() > limit:
		return nil, fs.ErrInvalid
	}
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, limit+1))
}

// parseEntry reads the description of an entry.
func parseEntry(text []byte) (Entry, error) {
	var e Entry
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&e); err != nil {
		return Entry{}, fmt.Errorf("read a cache entry: %w", err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return Entry{}, errors.New("read a cache entry: more than one")
	}
	if len(e.Blob) != 2*sha256.Size || strings.Trim(e.Blob, "0123456789abcdef") != "" || e.Size < 0 || e.Fetched.IsZero() {
		return Entry{}, errors.New("read a cache entry: not one of ours")
	}
	return e, nil
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// entryPath is where the entry of a key lies. Parts are told apart by their
// lengths, so that no two keys are one.
func entryPath(key []string) string {
	h := sha256.New()
	for _, part := range key {
		fmt.Fprintf(h, "%d:%s,", len(part), part)
	}
	name := hex.EncodeToString(h.Sum(nil))
	return entryDir + "/" + name[:2] + "/" + name + ".json"
}

func blobPath(sum string) string { return blobDir + "/" + sum[:2] + "/" + sum }
