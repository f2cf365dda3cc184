package cache

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"
)

// keepShare is what eviction leaves of the limit, in hundredths, so that it
// does not run for each new file.
const keepShare = 90

// held is one file of the cache.
type held struct {
	name string
	size int64
	used time.Time
}

// makeRoom counts what was added, and evicts where the limit is passed. What
// other processes add meanwhile is counted at the next eviction.
func (s *Store) makeRoom(root *os.Root, added int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.total += added
	if s.known && s.total <= s.limit {
		return
	}
	files := s.list(root)
	s.known, s.total = true, 0
	for _, f := range files {
		s.total += f.size
	}
	if s.total <= s.limit {
		return
	}
	slices.SortFunc(files, func(a, b held) int { return a.used.Compare(b.used) })
	for _, f := range files {
		if s.total <= s.limit/100*keepShare {
			return
		}
		if err := root.Remove(f.name); err == nil || errors.Is(err, fs.ErrNotExist) {
			s.total -= f.size
		}
	}
}

// list lists the entries and the contents, and sweeps up what killed runs left
// in the making.
func (s *Store) list(root *os.Root) []held {
	var files []held
	for _, dir := range []string{entryDir, blobDir, tempDir} {
		// What cannot be listed is not there.
		_ = fs.WalkDir(root.FS(), dir, func(name string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return nil
			}
			info, err := e.Info()
			switch {
			case err != nil:
			case dir != tempDir:
				files = append(files, held{name, info.Size(), info.ModTime()})
			case s.now().Sub(info.ModTime()) > strayAfter:
				_ = root.Remove(name)
			}
			return nil
		})
	}
	return files
}

// Info says what a cache holds.
type Info struct {
	// Dir is its folder.
	Dir string `json:"dir"`
	// Entries is how many answers it has, Blobs of how many different contents.
	Entries int `json:"entries"`
	Blobs   int `json:"blobs"`
	// Bytes is what both take, Limit the most that they may.
	Bytes int64 `json:"bytes"`
	Limit int64 `json:"limit"`
	// Oldest is when the answer that was left alone for longest was last used,
	// to the hour; nil for an empty cache.
	Oldest *time.Time `json:"oldest,omitempty"`
}

// Info counts what the cache holds. The error says why it cannot be read; a
// cache that is not there is empty.
func (s *Store) Info() (Info, error) {
	info := Info{Dir: s.dir, Limit: s.limit}
	root, err := os.OpenRoot(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return info, nil
	} else if err != nil {
		return info, fmt.Errorf("read the cache in %s: %w", s.dir, cause(err))
	}
	defer root.Close()
	for _, f := range s.list(root) {
		info.Bytes += f.size
		if f.name[:len(entryDir)] == entryDir {
			info.Entries++
		} else {
			info.Blobs++
		}
		if used := f.used.UTC(); info.Oldest == nil || used.Before(*info.Oldest) {
			info.Oldest = &used
		}
	}
	return info, nil
}

// Clear removes all that the cache holds, and nothing else of its folder.
func (s *Store) Clear() error {
	root, err := os.OpenRoot(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return fmt.Errorf("clear the cache in %s: %w", s.dir, cause(err))
	}
	defer root.Close()
	// Moved aside at one go, so that nobody who writes meanwhile is in the way.
	// Entries first: without them the contents are of no use.
	for _, dir := range []string{entryDir, blobDir} {
		if err := s.remove(root, dir); err != nil {
			return fmt.Errorf("clear the cache in %s: %w", s.dir, cause(err))
		}
	}
	_ = root.RemoveAll(tempDir) // what is left in it, its makers still need
	_ = root.Remove(format)     // stays where somebody else keeps something in it
	s.mu.Lock()
	s.known, s.total = false, 0
	s.mu.Unlock()
	return nil
}

func (s *Store) remove(root *os.Root, dir string) error {
	if _, err := root.Lstat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err := root.MkdirAll(tempDir, 0o700); err != nil {
		return err
	}
	aside := tempDir + "/" + rand.Text()
	if err := root.Rename(dir, aside); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return root.RemoveAll(aside)
}
