package cli

import (
	"path/filepath"
	"runtime"
	"testing"
)

// TestNothingKept makes sure that a run in the process leaves nothing of
// itself behind: neither rules nor catalogue, of which it holds more than
// 10 MiB while it runs.
func TestNothingKept(t *testing.T) {
	const runs, most = 5, 5 << 20
	release := filepath.Join(repos, "apache-on-llama")
	kept := func() uint64 {
		// What a pool holds goes with the second collection.
		runtime.GC()
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return stats.HeapAlloc
	}
	run := func() {
		if got := entail(t, nil, "check", "--offline", release); got.code == ExitUsage || got.code == ExitUndecided {
			t.Fatalf("exit %d: %s", got.code, got.stderr)
		}
	}
	run() // makes what is made once
	before := kept()
	for range runs {
		run()
	}
	if after := kept(); after > before+most {
		t.Errorf("%d runs keep %d KiB, want at most %d", runs, (after-before)>>10, most>>10)
	}
}

// TestStartAllocates bounds what a whole run of a small release allocates, of
// which the start is nearly all, and with it the time that it takes: both grow
// where something is made for each rule or each builtin that could be made once.
func TestStartAllocates(t *testing.T) {
	const most = 96 << 20 // half as much again as in 2026
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if got := entail(t, nil, "check", "--offline", filepath.Join(repos, "apache-on-llama")); got.code > ExitFindings {
		t.Fatalf("exit %d: %s", got.code, got.stderr)
	}
	runtime.ReadMemStats(&after)
	if allocated := after.TotalAlloc - before.TotalAlloc; allocated > most {
		t.Errorf("a run allocates %d KiB, want at most %d", allocated>>10, most>>10)
	}
}
