// Command experiment-worker trains the runs that experiment hands it. It is the only program that links
// libtorch, and not meant to be started by hand, but for
//
//	experiment-worker --facts
//
// which prints what it computes with as one JSON object.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"

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
	if len(os.Args) > 1 {
		fmt.Fprintln(os.Stderr, "experiment-worker: is started by experiment, or with --facts alone")
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
	os.Exit(worker.Main(&handler{log: os.Stdout}))
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
