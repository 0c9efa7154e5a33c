package worker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"

	"experiment/internal/protocol"
	"experiment/internal/run"
)

// server takes the jobs of one worker.
type server struct {
	handler  Handler
	messages *protocol.Writer
	redirect func(path string) error // sends the output of the process to a log
}

// serve says hello and computes jobs until there are no more, or the context ends.
func (s *server) serve(ctx context.Context, jobs <-chan received) error {
	provenance, err := s.handler.Describe()
	if err != nil {
		return err
	}
	hello := protocol.Hello{Version: protocol.Version, PID: os.Getpid(), Provenance: provenance}
	if err := s.messages.Write(hello); err != nil {
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case next := <-jobs:
			if errors.Is(next.err, io.EOF) {
				return nil
			}
			if next.err != nil {
				return next.err
			}
			if err := s.serveJob(ctx, next.job); err != nil {
				return err
			}
		}
	}
}

// serveJob computes the runs of a job. Its error is one of the worker, not of a run.
func (s *server) serveJob(ctx context.Context, job Job) (err error) {
	if err := s.redirect(job.Tasks[0].Log); err != nil {
		return err
	}
	tellers, err := s.tell(ctx, job.Tasks)
	defer func() { err = errors.Join(err, closeLogs(tellers)) }()
	if err != nil {
		return err
	}
	progress := make([]Progress, len(tellers))
	for i, t := range tellers {
		progress[i] = t
		if err := s.messages.Write(protocol.Started{Key: t.key}); err != nil {
			return err
		}
	}
	if err := resetPeakMemory(); err != nil {
		fmt.Fprintf(os.Stderr, "the peak memory of this run includes earlier ones: %v\n", err)
	}
	outputs, failure := s.handler.Run(ctx, job, progress)
	for i, t := range tellers {
		switch {
		case t.failed:
		case failure != nil:
			err = errors.Join(err, t.Failed(failure))
		default:
			err = errors.Join(err, t.finished(outputs[i]))
		}
	}
	return err
}

// describe returns the message that an error of a handler becomes.
func describe(ctx context.Context, key run.Key, err error) protocol.Error {
	message := protocol.Error{Key: key, Kind: Failed, Message: err.Error(), PeakMemory: peakMemory()}
	var failure *Failure
	switch {
	case errors.As(err, &failure):
		message.Kind, message.Epoch = failure.Kind, failure.Epoch
	case ctx.Err() != nil && errors.Is(err, ctx.Err()):
		message.Kind, message.Message = Interrupted, "the worker was told to stop"
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EROFS):
		message.Kind = NoSpace
	}
	return message
}
