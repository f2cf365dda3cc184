package cli

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/entail-dev/entail/internal/cache"
	"github.com/entail-dev/entail/internal/report"
)

func (c *Command) cacheCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "cache",
		Short: "What entail keeps of the Hub's answers",
		Long: `entail keeps what the Hub answers, so that a second run asks only whether it
still holds, and one without a network has something to read. It lies in
--cache-dir, else in $XDG_CACHE_HOME/entail, else in the user's cache folder;
what was not used for longest makes room. Answers that a token was given are
kept apart for that token.

The cache of the Hub's own clients (HF_HUB_CACHE) is read and never written to.`,
		Example: `  entail cache info
  entail cache clear`,
	}
	group(cmd)
	cmd.AddCommand(c.cacheInfoCommand(), c.cacheClearCommand())
	return cmd
}

func (c *Command) cacheInfoCommand() *cobra.Command {
	var flags sourceFlags
	var format string
	cmd := &cobra.Command{
		Use:   "info",
		Short: "Where the cache is and how much it holds",
		Long: `info says where the cache is, how many answers it holds and of how many
different contents, how many bytes they take and may take, and when the one
left alone for longest was last used.`,
		Example: `  entail cache info
  entail cache info --format json | jq .bytes`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if err := oneOf("cache info", "format", format, textOrJSON); err != nil {
				return err
			}
			store, err := c.namedCache(flags)
			if err != nil {
				return err
			}
			info, err := store.Info()
			if err != nil {
				return undecided("check that the folder can be read", "%w", err)
			}
			return c.printInfo(format, info)
		},
	}
	flags.addCache(cmd.Flags())
	choiceFlag(cmd, &format, "format", "format", textOrJSON)
	return cmd
}

func (c *Command) cacheClearCommand() *cobra.Command {
	var flags sourceFlags
	cmd := &cobra.Command{
		Use:   "clear",
		Short: "Remove all that the cache holds",
		Long: `clear removes what entail keeps, and nothing else that lies in the same folder.
It may be run while others use the cache: they ask the Hub again.`,
		Example: `  entail cache clear
  entail cache clear --cache-dir /tmp/entail`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			store, err := c.namedCache(flags)
			if err != nil {
				return err
			}
			info, err := store.Info()
			if err == nil {
				err = store.Clear()
			}
			if err != nil {
				return undecided("check that the folder can be written to", "%w", err)
			}
			if _, err := fmt.Fprintf(c.Stdout, "removed %d answers, %s, from %s\n", info.Entries, size(info.Bytes), report.Plain(info.Dir)); err != nil {
				return undecided("check that the output can be written", "%w", err)
			}
			return nil
		},
	}
	flags.addCache(cmd.Flags())
	return cmd
}

// namedCache is the cache that a command is about. It is never nil.
func (c *Command) namedCache(flags sourceFlags) (*cache.Store, error) {
	limit, err := parseSize(flags.cacheSize)
	if err != nil {
		return nil, usageError("a number with a unit, such as 500MiB or 2GiB", "--cache-size %q: %w", flags.cacheSize, err)
	}
	dir := c.cacheDir(flags)
	if dir == "" {
		return nil, usageError("name one with --cache-dir or ENTAIL_CACHE_DIR", "nothing says where the cache is: no home folder is known")
	}
	return cache.Open(cache.Config{Dir: dir, Limit: limit}), nil
}

func (c *Command) printInfo(format string, info cache.Info) error {
	var err error
	if format == "json" {
		encoder := json.NewEncoder(c.Stdout)
		encoder.SetIndent("", "  ")
		err = encoder.Encode(info)
	} else {
		oldest := "none"
		if info.Oldest != nil {
			oldest = info.Oldest.Format(time.DateOnly)
		}
		_, err = fmt.Fprintf(c.Stdout, "place    %s\nanswers  %d, of %d different contents\nsize     %s of %s\noldest   %s\n",
			report.Plain(info.Dir), info.Entries, info.Blobs, size(info.Bytes), size(info.Limit), oldest)
	}
	if err != nil {
		return undecided("check that the output can be written", "write the report: %w", err)
	}
	return nil
}

// size is a number of bytes in words.
func size(n int64) string {
	const unit = 1 << 10
	if n < unit {
		return fmt.Sprintf("%d bytes", n)
	}
	value, name := float64(n)/unit, "KiB"
	for _, next := range []string{"MiB", "GiB", "TiB"} {
		if value < unit {
			break
		}
		value, name = value/unit, next
	}
	return fmt.Sprintf("%.1f %s", value, name)
}
