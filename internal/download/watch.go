package download

import (
	"context"
	"errors"
	"io"
	"net"
	"time"
)

// countingWriter writes a transfer to its file, reports how far it is, and keeps failures to write apart from failures to read.
type countingWriter struct {
	file        io.Writer
	done, total int64
	progress    func(done, total int64)
	watch       *idleWatch
	failure     error
}

func (w *countingWriter) Write(data []byte) (int, error) {
	n, err := w.file.Write(data)
	w.done += int64(n)
	if err != nil {
		w.failure = err
	}
	w.watch.reset()
	if w.progress != nil {
		w.progress(w.done, w.total)
	}
	return n, err
}

// idleWatch ends a transfer that stands still.
type idleWatch struct {
	timer *time.Timer
	limit time.Duration
	stop  func()
}

var errIdle = errors.New("the transfer stood still for too long")

// watchdog returns a context that ends when the watch is not reset for as long as limit; 0 means a minute.
func watchdog(parent context.Context, limit time.Duration) (context.Context, *idleWatch) {
	if limit == 0 {
		limit = time.Minute
	}
	ctx, cancel := context.WithCancelCause(parent)
	timer := time.AfterFunc(limit, func() { cancel(errIdle) })
	return ctx, &idleWatch{timer: timer, limit: limit, stop: func() { timer.Stop(); cancel(nil) }}
}

// reset says that the transfer has moved.
func (w *idleWatch) reset() { w.timer.Reset(w.limit) }

// sleep waits, or returns the context's error where that ends first.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// because adds to the failure of a transfer that was ended by the watch that it was.
func because(ctx context.Context, err error) error {
	if err != nil && context.Cause(ctx) == errIdle {
		return errors.Join(err, errIdle)
	}
	return err
}

// unreachable makes it permanent that a server was not found because there is none of that name.
func unreachable(err error) error {
	var lookup *net.DNSError
	if errors.As(err, &lookup) && lookup.IsNotFound {
		return permanentError{error: err}
	}
	return err
}
