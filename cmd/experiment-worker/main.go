// Command experiment-worker trains the runs that experiment hands it. It is the only program that links
// libtorch, and not meant to be started by hand, but for
//
//	experiment-worker --facts
//	experiment-worker --losses
//
// of which the first prints what it computes with as one JSON object, and the second averages losses over
// predictions in files as the one JSON object on its standard input asks.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"

	"experiment/internal/protocol"
	"experiment/internal/torch"
	"experiment/internal/worker"
)

// Set by the linker: the commit this was built from, and a hash of what was not committed.
var (
	commit = "unknown"
	dirty  = ""
)

func main() {
	if len(os.Args) == 2 && os.Args[1] == "--facts" {
		os.Exit(printFacts())
	}
	losses := len(os.Args) == 2 && os.Args[1] == protocol.LossesFlag
	if len(os.Args) > 1 && !losses {
		fmt.Fprintln(os.Stderr, "experiment-worker: is started by experiment, or with --facts or --losses alone")
		os.Exit(2)
	}
	threads, err := threadsOf(os.Getenv("OMP_NUM_THREADS"))
	if err == nil {
		err = prepare(threads)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "experiment-worker:", err)
		os.Exit(3)
	}
	if losses {
		if err := answerLosses(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, "experiment-worker:", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(worker.Main(&handler{}))
}

// threadsOf reads the number of threads that experiment sets for a worker; without one it is 1, which is
// the fastest for small networks.
func threadsOf(variable string) (int, error) {
	if variable == "" {
		return 1, nil
	}
	n, err := strconv.Atoi(variable)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("reading OMP_NUM_THREADS: %q is no number of threads", variable)
	}
	return n, nil
}

// prepare sets what holds for the whole process.
func prepare(threads int) error {
	torch.ReuseMemory() // where the C library cannot, training is slower, and no different
	if err := torch.SetThreads(threads); err != nil {
		return err
	}
	if err := torch.SetTF32(false); err != nil {
		return err
	}
	return torch.SetDeterministic(true)
}

func printFacts() int {
	if err := json.NewEncoder(os.Stdout).Encode(facts()); err != nil {
		fmt.Fprintln(os.Stderr, "experiment-worker: printing facts:", err)
		return 1
	}
	return 0
}
