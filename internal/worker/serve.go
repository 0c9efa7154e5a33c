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

// serveJob computes one run. Its error is one of the worker, not of the run.
func (s *server) serveJob(ctx context.Context, job Job) error {
	if err := s.redirect(job.Log); err != nil {
		return err
	}
	if err := s.messages.Write(protocol.Started{Key: job.Key}); err != nil {
		return err
	}
	if err := resetPeakMemory(); err != nil {
		fmt.Fprintf(os.Stderr, "the peak memory of this run includes earlier ones: %v\n", err)
	}
	output, err := s.handler.Run(ctx, job, teller{ctx, job.Key, s.messages})
	if err != nil {
		return s.messages.Write(describe(ctx, job.Key, err))
	}
	output.Provenance.PeakMemory = peakMemory()
	result := protocol.Result{Key: job.Key, Result: output.Result, Artefacts: output.Artefacts, Provenance: output.Provenance}
	return s.messages.Write(result)
}

// teller is the Progress of one run.
type teller struct {
	ctx      context.Context
	key      run.Key
	messages *protocol.Writer
}

func (t teller) Resumed(epoch int) error {
	return t.messages.Write(protocol.Resumed{Key: t.key, Epoch: epoch})
}

func (t teller) Epoch(e run.Epoch) error {
	if err := t.messages.Write(protocol.Epoch{Key: t.key, Epoch: e}); err != nil {
		return err
	}
	return t.ctx.Err()
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
