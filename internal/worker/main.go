package worker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"

	"experiment/internal/protocol"
)

// Main serves jobs until standard input ends and returns the exit status of the process: 0, or 1 where
// the worker could not go on, or 2 where it was not started by experiment. Once standard input has ended
// the process exits whatever the handler is doing, so that a worker never outlives who started it.
func Main(handler Handler) int {
	// These come from the terminal and are meant for experiment, which says what they mean for a worker.
	signal.Ignore(syscall.SIGINT, syscall.SIGHUP)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()

	messages, err := openMessages()
	if err != nil {
		fmt.Fprintf(os.Stderr, "experiment-worker: %v\nexperiment starts its workers itself: see `experiment run --help`\n", err)
		return 2
	}
	jobs := make(chan received, 1)
	go receive(os.Stdin, jobs)
	s := &server{handler: handler, messages: protocol.NewWriter(messages), redirect: redirectOutput}
	if err := s.serve(ctx, jobs); err != nil {
		fmt.Fprintf(os.Stderr, "experiment-worker: %v\n", err)
		return 1
	}
	return 0
}

// received is a job, or the error that came in the place of one.
type received struct {
	job Job
	err error
}

// receive passes jobs on. At the end of input it ends the process: a handler that computes in C++ could
// not be asked to.
func receive(input io.Reader, jobs chan<- received) {
	reader := protocol.NewReader(input)
	for {
		message, err := reader.Read()
		if errors.Is(err, io.EOF) {
			os.Exit(0)
		}
		if err != nil {
			jobs <- received{err: err}
			return
		}
		job, ok := message.(protocol.Job)
		if !ok {
			jobs <- received{err: fmt.Errorf("reading a job: the message is a %T", message)}
			return
		}
		jobs <- received{job: job}
	}
}

// openMessages returns the file that messages go to, if who started the process opened one.
func openMessages() (*os.File, error) {
	if _, err := unix.FcntlInt(protocol.MessageDescriptor, unix.F_GETFD, 0); err != nil {
		return nil, fmt.Errorf("opening file descriptor %d for messages: %w", protocol.MessageDescriptor, err)
	}
	unix.CloseOnExec(protocol.MessageDescriptor)
	return os.NewFile(protocol.MessageDescriptor, "messages"), nil
}

// redirectOutput makes standard output and error of the whole process, C++ included, go to a log.
func redirectOutput(path string) error {
	log, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return fmt.Errorf("opening the log: %w", err)
	}
	defer log.Close()
	for _, descriptor := range []int{unix.Stdout, unix.Stderr} {
		if err := unix.Dup2(int(log.Fd()), descriptor); err != nil {
			return fmt.Errorf("redirecting output to %s: %w", path, err)
		}
	}
	return nil
}
