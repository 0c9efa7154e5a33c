package setup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

// download fetches one file over HTTP. What a broken transfer leaves lies in Path.part, from where the next one goes on, in this process or
// a later one, where the server vouches that the file is still the same.
type download struct {
	URL      string
	SHA256   string                                           // to compare with, in hexadecimal; empty to compare with nothing
	Path     string                                           // the finished file
	Progress func(done, total int64)                          // bytes; total is -1 where the server does not tell. May be nil
	Wait     func(ctx context.Context, d time.Duration) error // between attempts; nil sleeps
	Idle     time.Duration                                    // how long a transfer may stand still; 0 means a minute
}

// attempts bounds how often a transfer is taken up again after it broke.
const attempts = 6

// permanentError is a failure that trying again would not mend.
type permanentError struct{ error }

func (e permanentError) Unwrap() error { return e.error }

// fetch downloads the file and returns its SHA-256 in hexadecimal. A file of another checksum is removed, and an error.
func (d download) fetch(ctx context.Context) (string, error) {
	wait := d.Wait
	if wait == nil {
		wait = sleep
	}
	var err error
	for attempt := range attempts {
		if attempt > 0 {
			if failure := wait(ctx, time.Second<<(attempt-1)); failure != nil {
				return "", errors.Join(err, failure)
			}
		}
		if err = d.transfer(ctx); err == nil {
			return d.finish()
		}
		var permanent permanentError
		if ctx.Err() != nil || errors.As(err, &permanent) {
			return "", err
		}
	}
	return "", fmt.Errorf("giving up after %d attempts: %w", attempts, err)
}

// finish checks the transferred file and gives it its name.
func (d download) finish() (string, error) {
	sum, err := hashFile(d.part())
	if err != nil {
		return "", err
	}
	if d.SHA256 != "" && !strings.EqualFold(sum, d.SHA256) {
		return "", errors.Join(fmt.Errorf("checking %s: SHA-256 is %s, expected %s", d.URL, sum, strings.ToLower(d.SHA256)), d.discard())
	}
	if err := os.Rename(d.part(), d.Path); err != nil {
		return "", err
	}
	return sum, d.discard()
}

// transfer asks the server for what is missing of the file and appends it.
func (d download) transfer(ctx context.Context) error {
	ctx, watch := watchdog(ctx, d.Idle)
	defer watch.stop()
	have, validator := d.resumable()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, d.URL, nil)
	if err != nil {
		return permanentError{err}
	}
	request.Header.Set("Accept-Encoding", "identity")
	if have > 0 {
		request.Header.Set("Range", fmt.Sprintf("bytes=%d-", have))
		request.Header.Set("If-Range", validator)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return because(ctx, err)
	}
	defer response.Body.Close()
	watch.reset()
	switch {
	case response.StatusCode == http.StatusOK:
		have = 0
	case response.StatusCode == http.StatusPartialContent && strings.HasPrefix(response.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-", have)):
	case response.StatusCode == http.StatusRequestedRangeNotSatisfiable && response.Header.Get("Content-Range") == fmt.Sprintf("bytes */%d", have):
		return nil // the transfer had ended, and only its check was missing
	case response.StatusCode == http.StatusPartialContent, response.StatusCode == http.StatusRequestedRangeNotSatisfiable:
		// What lies here does not fit what the server has: the next attempt starts afresh.
		return errors.Join(fmt.Errorf("getting %s: server answers %s to a request for the bytes from %d", d.URL, response.Status, have), d.discard())
	case response.StatusCode >= 500 || response.StatusCode == http.StatusTooManyRequests || response.StatusCode == http.StatusRequestTimeout:
		return fmt.Errorf("getting %s: server answers %s", d.URL, response.Status)
	default:
		return permanentError{fmt.Errorf("getting %s: server answers %s", d.URL, response.Status)}
	}
	return because(ctx, d.receive(response, have, watch))
}

// receive writes a response's body behind the first have bytes of the partial file.
func (d download) receive(response *http.Response, have int64, watch *idleWatch) error {
	if have == 0 {
		if err := d.remember(response); err != nil {
			return permanentError{err}
		}
	}
	file, err := os.OpenFile(d.part(), os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return permanentError{err}
	}
	err = file.Truncate(have)
	if err == nil {
		_, err = file.Seek(have, io.SeekStart)
	}
	if err != nil {
		return permanentError{errors.Join(err, file.Close())}
	}
	total := int64(-1)
	if response.ContentLength >= 0 {
		total = have + response.ContentLength
	}
	counter := &countingWriter{file: file, done: have, total: total, progress: d.Progress, watch: watch}
	_, err = io.Copy(counter, response.Body)
	if err == nil {
		err = file.Sync()
	}
	err = errors.Join(err, file.Close())
	if counter.failure != nil {
		return permanentError{fmt.Errorf("writing %s: %w", d.part(), counter.failure)}
	}
	if err != nil {
		return fmt.Errorf("getting %s: after %d bytes: %w", d.URL, counter.done, err)
	}
	return nil
}

// part is where the file lies while it is not complete.
func (d download) part() string { return d.Path + ".part" }

// note is kept beside a partial file: what it is part of, and how to ask whether that has changed.
type note struct {
	URL       string `json:"url"`
	Validator string `json:"validator"` // a strong entity tag, or a date of modification
}

// resumable returns the length of the partial file and its validator; 0 where there is nothing to go on from.
func (d download) resumable() (int64, string) {
	var n note
	data, err := os.ReadFile(d.part() + ".json")
	if err != nil || json.Unmarshal(data, &n) != nil || n.URL != d.URL || n.Validator == "" {
		return 0, ""
	}
	information, err := os.Stat(d.part())
	if err != nil {
		return 0, ""
	}
	return information.Size(), n.Validator
}

// remember notes what a transfer that starts from nothing is part of. The old partial file goes first: it must never stand beside a newer note.
func (d download) remember(response *http.Response) error {
	if err := d.discard(); err != nil {
		return err
	}
	validator := response.Header.Get("ETag")
	if validator == "" || strings.HasPrefix(validator, "W/") {
		validator = response.Header.Get("Last-Modified")
	}
	data, err := json.Marshal(note{URL: d.URL, Validator: validator})
	if err != nil {
		return err
	}
	_, err = writeChanged(d.part()+".json", data)
	return err
}

// discard removes the partial file and the note on it.
func (d download) discard() error {
	var failures []error
	for _, name := range []string{d.part(), d.part() + ".json"} {
		if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
			failures = append(failures, err)
		}
	}
	return errors.Join(failures...)
}

// hashFile is the SHA-256 of a file in hexadecimal.
func hashFile(name string) (string, error) {
	file, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// bytesText is a size for people: "198 MB".
func bytesText(n int64) string {
	if n < 10e6 {
		return strconv.FormatFloat(float64(n)/1e6, 'f', 1, 64) + " MB"
	}
	return strconv.FormatInt((n+5e5)/1e6, 10) + " MB"
}
