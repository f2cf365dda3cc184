package cli

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/pflag"

	"github.com/entail-dev/entail/internal/check"
	"github.com/entail-dev/entail/internal/lineage"
	"github.com/entail-dev/entail/internal/lock"
	"github.com/entail-dev/entail/internal/source"
)

// lockFlags say which lock is used, and how.
type lockFlags struct {
	file            string
	ignore, refresh bool
}

// add puts the flags on a command that reads ancestors.
func (f *lockFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&f.file, "lock", "", "lock to read ancestors from, in place of entail.lock in each folder")
	flags.BoolVar(&f.ignore, "no-lock", false, "leave entail.lock alone")
}

func (f *lockFlags) validate() error {
	switch {
	case f.ignore && f.file != "":
		return usageError("leave out one of them", "--lock names a lock, and --no-lock wants none")
	case f.ignore && f.refresh:
		return usageError("leave out one of them", "--refresh compares with a lock, and --no-lock wants none")
	}
	return nil
}

// pin puts a lock before the sources of a subject: the one that was named,
// else that of its folder, if it has one.
func (r *run) pin(subject *check.Subject, folder string) error {
	if r.flags.lock.ignore {
		return nil
	}
	path, file, err := r.lockOf(folder)
	if err != nil {
		return usageError("correct it, or write it anew with entail lock --update, or leave it out with --no-lock", "%w", err)
	}
	if file == nil {
		if r.flags.lock.refresh {
			return usageError("write one with entail lock, or name one with --lock",
				"--refresh compares with a lock, and %s has none", subject.Snapshot.ID)
		}
		return nil
	}
	pinned := lock.Open(path, file, r.sourcesOf(*subject).Fetch)
	if r.flags.lock.refresh {
		if len(r.sources.live) == 0 {
			return usageError("leave out --offline, or --refresh", "--refresh reads the state of now, and the run is offline")
		}
		live := &lineage.Walker{Sources: r.sources.live}
		rest := &lineage.Walker{Sources: r.sources.stored}
		pinned = lock.Open(path, file, rest.Fetch).Refresh(live.Fetch)
	}
	subject.Sources, subject.Lock = []source.Source{pinned}, pinned
	return nil
}

// sourcesOf is the walker with the sources of one subject.
func (r *run) sourcesOf(subject check.Subject) *lineage.Walker {
	walker := *r.walker
	if subject.Sources != nil {
		walker.Sources = subject.Sources
	}
	return &walker
}

// lockOf reads the lock that was named, else that of a folder; nil for none.
func (r *run) lockOf(folder string) (path string, file *lock.File, err error) {
	if path = r.flags.lock.file; path != "" {
		file, err = readLock(path)
		return path, file, err
	}
	if folder == "" {
		return "", nil, nil
	}
	path = filepath.Join(folder, lock.FileName)
	opened, err := openIn(folder, lock.FileName)
	if err != nil {
		return path, nil, fmt.Errorf("read lock %s: %w", path, err)
	}
	if opened == nil {
		return path, nil, nil
	}
	defer opened.Close()
	file, err = lock.Parse(path, opened)
	return path, file, err
}

// readLock reads a lock that the user named.
func readLock(path string) (*lock.File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read lock %s: %w", path, plainCause(err))
	}
	defer file.Close()
	return lock.Parse(path, file)
}
