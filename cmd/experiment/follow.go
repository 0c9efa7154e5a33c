package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"experiment/internal/run"
	"experiment/internal/runner"
	"experiment/internal/store"
)

// followEvery is how often a log that is followed is looked at.
const followEvery = 100 * time.Millisecond

// followLog prints the log of the last attempt of a run as it grows, until nobody makes the run any more, and says
// how the attempt ended. Ctrl-C ends it with the status of that signal.
func (p *program) followLog(ctx context.Context, r *store.Reader, key run.Key) error {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT)
	defer stop()
	var log *os.File
	defer func() {
		if log != nil {
			log.Close()
		}
	}()
	for {
		// Whether it is still made is asked first: what was written until then is printed in any case.
		_, underway, err := runner.Held(p.files(), key)
		if err != nil {
			return err
		}
		if log == nil {
			if log, err = p.logOf(ctx, r, key, underway); err != nil {
				return err
			}
		}
		if log != nil {
			if _, err := io.Copy(p.out, log); err != nil {
				return fmt.Errorf("reading log: %w", err)
			}
		}
		if !underway {
			return p.sayEnd(ctx, r, key)
		}
		select {
		case <-ctx.Done():
			return &failure{status: statusSignal + int(syscall.SIGINT)}
		case <-time.After(followEvery):
		}
	}
}

// logOf opens the log of the attempt under way or, where there is none, of the last. It is nil where an attempt
// has not come to its log yet.
func (p *program) logOf(ctx context.Context, r *store.Reader, key run.Key, underway bool) (*os.File, error) {
	last, err := lastAttempt(ctx, r, key)
	if err == nil && underway && last.Status != run.Running {
		return nil, nil // the next attempt is about to be recorded
	}
	var log *os.File
	if err == nil {
		log, err = p.openLog(last)
	}
	var missing *failure
	if underway && errors.As(err, &missing) {
		return nil, nil
	}
	return log, err
}

// sayEnd says how the last attempt of a run ended.
func (p *program) sayEnd(ctx context.Context, r *store.Reader, key run.Key) error {
	last, err := lastAttempt(ctx, r, key)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("run %s, attempt %d: %s", key.Short(), last.Number, liveStatus(p.files(), key, last.Status))
	if last.Reason != "" {
		text += ": " + last.Reason
	}
	p.note("%s", text)
	return nil
}
