package download

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"
)

// source is a file at one of its addresses.
type source struct {
	File
	url string
}

// fetch downloads the file from this address.
func (s source) fetch(ctx context.Context) (Received, error) {
	wait, attempts := s.Wait, s.Attempts
	if wait == nil {
		wait = sleep
	}
	if attempts == 0 {
		attempts = 6
	}
	var err error
	for attempt := range attempts {
		if attempt > 0 {
			s.tell(err)
			if failure := wait(ctx, time.Second<<(attempt-1)); failure != nil {
				return Received{}, errors.Join(err, failure)
			}
		}
		if err = s.transfer(ctx); err == nil {
			return s.finish()
		}
		var permanent permanentError
		if ctx.Err() != nil || errors.As(err, &permanent) {
			return Received{}, err
		}
	}
	return Received{}, fmt.Errorf("giving up after %d attempts: %w", attempts, err)
}

// finish checks the transferred file and gives it its name. One that the check refuses is removed.
func (s source) finish() (Received, error) {
	sum, size, err := hashFile(s.part())
	if err != nil {
		return Received{}, permanentError{err, true}
	}
	if s.Check != nil {
		if err := s.Check(s.part(), sum); err != nil {
			return Received{}, errors.Join(fmt.Errorf("checking %s: %w", s.url, err), s.discard())
		}
	}
	received := Received{URL: s.url, SHA256: sum, Bytes: size}
	if s.Keep {
		received.Aside, err = Aside(s.Path)
	}
	if err == nil {
		err = os.Rename(s.part(), s.Path)
	}
	if err == nil {
		err = s.discard()
	}
	if err != nil {
		return Received{}, permanentError{err, true}
	}
	return received, nil
}

// transfer asks the server for what is missing of the file and appends it.
func (s source) transfer(ctx context.Context) error {
	ctx, watch := watchdog(ctx, s.Idle)
	defer watch.stop()
	have, validator := s.resumable()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url, nil)
	if err != nil {
		return permanentError{error: err}
	}
	request.Header.Set("Accept-Encoding", "identity")
	if have > 0 {
		request.Header.Set("Range", fmt.Sprintf("bytes=%d-", have))
		request.Header.Set("If-Range", validator)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return because(ctx, unreachable(err))
	}
	defer response.Body.Close()
	watch.reset()
	from, complete, err := s.accept(response, have)
	if err != nil || complete {
		return err
	}
	return because(ctx, s.receive(response, from, watch))
}

// accept says from which byte on a response has the file, asked for from byte have on, and whether there is nothing more to receive.
func (s source) accept(response *http.Response, have int64) (from int64, complete bool, err error) {
	status, contents := response.StatusCode, response.Header.Get("Content-Range")
	switch {
	case status == http.StatusOK:
		return 0, false, nil
	case status == http.StatusPartialContent && strings.HasPrefix(contents, fmt.Sprintf("bytes %d-", have)):
		return have, false, nil
	case status == http.StatusRequestedRangeNotSatisfiable && contents == fmt.Sprintf("bytes */%d", have):
		return have, true, nil // the transfer had ended, and only its check was missing
	case status == http.StatusPartialContent, status == http.StatusRequestedRangeNotSatisfiable:
		// What lies here does not fit what the server has: the next attempt starts afresh.
		return 0, false, errors.Join(fmt.Errorf("getting %s: server answers %s to a request for the bytes from %d", s.url, response.Status, have), s.discard())
	}
	err = fmt.Errorf("getting %s: server answers %s", s.url, response.Status)
	if status >= 500 || status == http.StatusTooManyRequests || status == http.StatusRequestTimeout {
		return 0, false, err
	}
	return 0, false, permanentError{error: err}
}
