// Experiment runs declarative sweeps over losses and hyperparameters, records them in SQLite, answers
// queries and writes reports. It links no libtorch: what trains is the program experiment-worker.
package main

import (
	"context"
	"io"
	"os"

	"experiment/internal/worker"
)

func main() {
	os.Exit(experiment(context.Background(), streams{os.Stdin, os.Stdout, os.Stderr}, os.Args[1:], os.Getenv))
}

// streams is where a program reads and writes: data goes to out, everything else to err.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// experiment executes one command line, without the program's name, and returns the exit status.
func experiment(ctx context.Context, std streams, args []string, getenv func(string) string) int {
	if len(args) == 1 && args[0] == computeCommand {
		return worker.Main(&computer{})
	}
	p := &program{streams: std, getenv: getenv}
	return p.finish(p.execute(ctx, args))
}
