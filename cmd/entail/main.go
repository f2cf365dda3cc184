// Command entail tells what an AI model release may be used for, and whether
// it is what it says.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/entail-dev/entail/internal/cli"
)

// version is set when a release is built.
var version = "dev"

// A run of a small release allocates 50 MiB and keeps a third of it. The first
// collection waits for 64 MiB; from it on, the heap grows as gcPercent says.
const firstGC, gcPercent = 1600, 400

func main() {
	debug.SetGCPercent(firstGC)
	runtime.AddCleanup(new([64]byte), func(percent int) { debug.SetGCPercent(percent) }, gcPercent)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	command := &cli.Command{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Getenv: os.Getenv, Now: time.Now, Version: version,
	}
	code := command.Main(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}
