// Command entail tells what an AI model release may be used for, and whether
// it is what it says.
package main

import (
	"context"
	"os"
	"os/signal"
	"time"

	"github.com/entail-dev/entail/internal/cli"
)

// version is set when a release is built.
var version = "dev"

func main() {
	delayCollection()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	command := &cli.Command{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Getenv: os.Getenv, Now: time.Now, Version: version,
	}
	code := command.Main(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}
