package main

import (
	"runtime"
	"runtime/debug"
)

// A run of a small release allocates 60 MiB and keeps a third of it. The first
// collection waits for 80 MiB; from it on, the heap grows as gcPercent says.
const firstGC, gcPercent = 2000, 400

// delayCollection puts off the first collection of garbage.
func delayCollection() {
	debug.SetGCPercent(firstGC)
	runtime.AddCleanup(new([64]byte), func(percent int) { debug.SetGCPercent(percent) }, gcPercent)
}
