package cli

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/pflag"

	"github.com/entail-dev/entail/internal/cache"
	"github.com/entail-dev/entail/internal/lineage"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/report"
	"github.com/entail-dev/entail/internal/source"
	"github.com/entail-dev/entail/internal/source/hub"
	"github.com/entail-dev/entail/internal/source/hubcache"
)

// homepage is told to servers, so that they know whom to write to.
const homepage = "https://github.com/entail-dev/entail"

// sourceFlags say from where repositories are read.
type sourceFlags struct {
	offline, noCache    bool
	cacheDir, cacheSize string
	snapshots           []string
}

// add puts the flags on a command that reads repositories.
func (s *sourceFlags) add(f *pflag.FlagSet) {
	f.BoolVar(&s.offline, "offline", false, "open no network connection")
	f.BoolVar(&s.noCache, "no-cache", false, "keep no answers of the Hub, and use none of those kept")
	f.StringArrayVar(&s.snapshots, "snapshot", nil, "read ancestors from a snapshot before any other source (repeats)")
	s.addCache(f)
}

// again is what to try where some ancestors could not be read by a command.
func (s *sourceFlags) again(command string) string {
	if s.offline {
		return "run " + command + " again with a network, and without --offline"
	}
	return "run " + command + " again later, or set HF_TOKEN for a larger allowance"
}

// addCache puts those on it that say where our cache is.
func (s *sourceFlags) addCache(f *pflag.FlagSet) {
	f.StringVar(&s.cacheDir, "cache-dir", "", "where answers of the Hub are kept (default the user's cache folder)")
	f.StringVar(&s.cacheSize, "cache-size", "1GiB", "the most that is kept")
}

// sources are the places that a run reads repositories from.
type sources struct {
	// at are the servers whose addresses a command line may hold.
	at endpoints
	// named are asked for what the command line names, ancestors for all else.
	named, ancestors []source.Source
	// now is for ancestors whose state of now is wanted; live are those of it
	// that ask, and stored those that remember.
	now, live, stored []source.Source
}

// fetch reads what the command line names.
func (s *sources) fetch(ctx context.Context, ref model.Ref) (*source.Snapshot, error) {
	return (&lineage.Walker{Sources: s.named}).Fetch(ctx, ref)
}

// openSources is the one place where sources are put in their order. It opens
// no connection, and no file but snapshots.
//
// First come those that say what holds now, or what holds for good, then those
// that remember: where one of the first could not be asked, the second answer
// in its place, and say so. What the user's own cache settles costs no request;
// only what the command line names is always asked for anew.
//
// What a user's policies state of models comes after whatever has a card, and
// before the index.
func (c *Command) openSources(flags sourceFlags, facts []source.Fact) (*sources, error) {
	var mu sync.Mutex
	notice := func(text string) {
		mu.Lock()
		defer mu.Unlock()
		if _, ok := terminal(c.Stderr); ok {
			text = "\r\x1b[K" + text // over the line of progress
		}
		fmt.Fprintln(c.Stderr, text)
	}
	store, err := c.openCache(flags, notice)
	if err != nil {
		return nil, err
	}
	settings := hub.ConfigFromEnv(c.Getenv, os.ReadFile)
	settings.UserAgent = "entail/" + c.Version + " (+" + homepage + ")"
	settings.Now, settings.Cache = c.Now, store
	settings.Waiting = func(d time.Duration) {
		notice(fmt.Sprintf("entail: the Hub's limit of requests is used up; waiting %s for more", d.Round(time.Second)))
	}
	live, err := hub.New(settings)
	if err != nil {
		return nil, usageError("set HF_ENDPOINT to an address such as https://host", "use the Hub: %w", err)
	}
	onGitHub, host, err := c.github()
	if err != nil {
		return nil, err
	}
	at := endpoints{hub: settings.Endpoint, github: host}
	downloads := hub.CacheDirFromEnv(c.Getenv)
	settled := hubcache.New(hubcache.Config{Dir: downloads, Settled: true})
	stated, err := source.Stated(facts, source.Index())
	if err != nil {
		return nil, usageError("", "load the policies: %w", err)
	}
	remembered := source.InTurn(live.Kept(), hubcache.New(hubcache.Config{Dir: downloads}), stated, source.Index())

	taken, err := openSnapshots(flags.snapshots)
	if err != nil {
		return nil, err
	}
	if flags.offline || hub.Offline(c.Getenv) {
		all := append(taken, source.InTurn(settled, remembered))
		return &sources{at: at, named: all, ancestors: all, now: all, stored: all}, nil
	}
	asked := []source.Source{live, onGitHub}
	return &sources{
		at:        at,
		named:     slices.Concat(asked, taken, []source.Source{remembered}),
		ancestors: slices.Concat(taken, []source.Source{source.InTurn(settled, live), onGitHub, remembered}),
		now:       slices.Concat(taken, asked, []source.Source{remembered}),
		live:      asked,
		stored:    append(taken, remembered),
	}, nil
}

// openCache prepares our own cache; nil where none is wanted or nothing says
// where it could be.
func (c *Command) openCache(flags sourceFlags, notice func(string)) (*cache.Store, error) {
	size, err := parseSize(flags.cacheSize)
	if err != nil {
		return nil, usageError("a number with a unit, such as 500MiB or 2GiB; 0 for no cache", "--cache-size %q: %w", flags.cacheSize, err)
	}
	dir := c.cacheDir(flags)
	if flags.noCache || dir == "" || size == 0 {
		return nil, nil
	}
	return cache.Open(cache.Config{
		Dir: dir, Limit: size,
		Warn: func(err error) { notice("entail: " + report.Plain(err.Error()) + "; going on without it") },
	}), nil
}

// cacheDir is where our cache is: as asked, else $XDG_CACHE_HOME/entail, else
// where the system has the user's caches; empty where nothing says.
func (c *Command) cacheDir(flags sourceFlags) string {
	if flags.cacheDir != "" {
		return flags.cacheDir
	}
	below := []string{"HOME", ".cache"}
	switch runtime.GOOS {
	case "darwin":
		below = []string{"HOME", "Library", "Caches"}
	case "windows":
		below = []string{"LocalAppData"}
	}
	if xdg := c.Getenv("XDG_CACHE_HOME"); filepath.IsAbs(xdg) {
		return filepath.Join(xdg, "entail")
	}
	if home := c.Getenv(below[0]); filepath.IsAbs(home) {
		return filepath.Join(append(append([]string{home}, below[1:]...), "entail")...)
	}
	return ""
}

// parseSize reads a number of bytes with a unit: KiB, MiB, GiB, TiB, of 1,024
// each, or the first letter of one; none for bytes.
func parseSize(text string) (int64, error) {
	digits := strings.TrimRight(text, "KMGTiBkmgtb ")
	unit := strings.ToUpper(strings.TrimSpace(text[len(digits):]))
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("want a size")
	}
	shift := 0
	switch strings.TrimSuffix(strings.TrimSuffix(unit, "B"), "I") {
	case "":
	case "K":
		shift = 10
	case "M":
		shift = 20
	case "G":
		shift = 30
	case "T":
		shift = 40
	default:
		return 0, fmt.Errorf("want a size")
	}
	if n > math.MaxInt64>>shift {
		return 0, fmt.Errorf("want a size")
	}
	return n << shift, nil
}
