package cli

import (
	"fmt"
	"sync"
	"time"

	"github.com/entail-dev/entail/internal/lineage"
)

// quiet is how long a walk may take before it says that it is still at work.
const quiet = time.Second

// progress tells on stderr how far a walk has come, where it takes longer than
// a moment: on a terminal in one line that is wiped at the end, elsewhere not
// at all, so that logs stay readable. The returned function ends it.
func (c *Command) progress(walker *lineage.Walker) (stop func()) {
	if _, ok := terminal(c.Stderr); !ok {
		return func() {}
	}
	var mu sync.Mutex
	started, shown := time.Now(), false
	walker.Progress = func(read, _ int) {
		mu.Lock()
		defer mu.Unlock()
		if time.Since(started) > quiet {
			shown = true
			fmt.Fprintf(c.Stderr, "\r\x1b[Kreading base models: %d so far", read)
		}
	}
	return func() {
		mu.Lock()
		defer mu.Unlock()
		if shown {
			fmt.Fprint(c.Stderr, "\r\x1b[K")
		}
	}
}
