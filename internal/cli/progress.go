package cli

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/entail-dev/entail/internal/lineage"
)

// quiet is how long a walk may take before it says that it is still at work,
// and how often it says so then.
const quiet = time.Second

// progress tells on stderr how far a walk has come, where it takes longer than
// a moment: on a terminal in one line that is wiped at the end, elsewhere not
// at all, so that logs stay readable. It goes by the clock and not by what
// arrives, so that a walk that waits for one slow answer says so too. The
// returned function ends it.
func (c *Command) progress(walker *lineage.Walker) (stop func()) {
	if _, ok := terminal(c.Stderr); !ok {
		return func() {}
	}
	var read, known atomic.Int64
	walker.Progress = func(r, k int) {
		read.Store(int64(r))
		known.Store(int64(k))
	}
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		clock := time.NewTicker(quiet)
		defer clock.Stop()
		for shown := false; ; shown = true {
			select {
			case <-clock.C:
				fmt.Fprintf(c.Stderr, "\r\x1b[Kreading base models: %d of %d known so far", read.Load(), known.Load())
			case <-done:
				if shown {
					fmt.Fprint(c.Stderr, "\r\x1b[K")
				}
				return
			}
		}
	}()
	return func() {
		close(done)
		<-ended
	}
}
