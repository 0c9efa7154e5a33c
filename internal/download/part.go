package download

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

// PartSuffix ends the name of a file that has not arrived whole.
const PartSuffix = ".part"

// part is where the file lies while it is not complete.
func (f File) part() string { return f.Path + PartSuffix }

// notePath is where the note on the partial file lies.
func (f File) notePath() string { return f.part() + ".json" }

// receive writes a response's body behind the first have bytes of the partial file.
func (s source) receive(response *http.Response, have int64, watch *idleWatch) error {
	total := int64(-1)
	if response.ContentLength >= 0 {
		total = have + response.ContentLength
	}
	if s.Limit > 0 && total > s.Limit {
		return s.tooLong()
	}
	if have == 0 {
		if err := s.remember(response); err != nil {
			return permanentError{err, true}
		}
	}
	file, err := s.openPart(have)
	if err != nil {
		return permanentError{err, true}
	}
	counter := &countingWriter{file: file, done: have, total: total, progress: s.Progress, watch: watch}
	_, reading := io.Copy(counter, s.limited(response.Body, have))
	if writing := errors.Join(counter.failure, file.Sync(), file.Close()); writing != nil {
		return permanentError{fmt.Errorf("getting %s: %w", s.url, writing), true}
	}
	if reading != nil {
		return fmt.Errorf("getting %s: after %d bytes: %w", s.url, counter.done, reading)
	}
	if s.Limit > 0 && counter.done > s.Limit {
		return s.tooLong()
	}
	return nil
}

// limited lets one byte through more than the file may have.
func (s source) limited(body io.Reader, have int64) io.Reader {
	if s.Limit == 0 {
		return body
	}
	return io.LimitReader(body, s.Limit+1-have)
}

// tooLong is the failure of a server that sends what cannot be the file.
func (s source) tooLong() error {
	return permanentError{error: errors.Join(fmt.Errorf("getting %s: server sends more than %d bytes", s.url, s.Limit), s.discard())}
}

// openPart opens the partial file behind its first have bytes.
func (s source) openPart(have int64) (*os.File, error) {
	file, err := os.OpenFile(s.part(), os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	err = file.Truncate(have)
	if err == nil {
		_, err = file.Seek(have, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// note is kept beside a partial file: what it is part of, and how to ask whether that has changed.
type note struct {
	URL       string `json:"url"`
	Validator string `json:"validator"` // a strong entity tag, or a date of modification
}

// readNote returns the note on the partial file. One that was not written to its end is an error.
func (f File) readNote() (note, error) {
	var n note
	data, err := os.ReadFile(f.notePath())
	if err == nil {
		err = json.Unmarshal(data, &n)
	}
	return n, err
}

// resumable returns the length of the partial file and its validator; 0 where there is nothing to go on from.
func (s source) resumable() (int64, string) {
	n, err := s.readNote()
	if err != nil || n.URL != s.url || n.Validator == "" {
		return 0, ""
	}
	information, err := os.Stat(s.part())
	if err != nil {
		return 0, ""
	}
	return information.Size(), n.Validator
}

// remember notes what a transfer that starts from nothing is part of. The old partial file goes first: it must never stand beside a newer note.
func (s source) remember(response *http.Response) error {
	if err := s.discard(); err != nil {
		return err
	}
	validator := response.Header.Get("ETag")
	if validator == "" || strings.HasPrefix(validator, "W/") {
		validator = response.Header.Get("Last-Modified")
	}
	data, err := json.Marshal(note{URL: s.url, Validator: validator})
	if err != nil {
		return err
	}
	return os.WriteFile(s.notePath(), data, 0o644)
}

// discard removes the partial file and the note on it.
func (s source) discard() error {
	var failures []error
	for _, name := range []string{s.part(), s.notePath()} {
		if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
			failures = append(failures, err)
		}
	}
	return errors.Join(failures...)
}
