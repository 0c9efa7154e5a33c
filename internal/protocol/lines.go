package protocol

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
)

// MaxLine is the number of bytes that a line may have, its end included.
const MaxLine = 16 << 20

// ErrTooLong is the error of a line longer than MaxLine.
var ErrTooLong = fmt.Errorf("a line is longer than %d MiB", MaxLine>>20)

// envelope is a line: what it is, and the message itself.
type envelope struct {
	Type string          `json:"type"`
	Body json.RawMessage `json:"body"`
}

// Encode returns a message as a line.
func Encode(m Message) ([]byte, error) {
	body, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("encoding message %q: %w", m.name(), err)
	}
	line, err := json.Marshal(envelope{m.name(), body})
	if err != nil {
		return nil, fmt.Errorf("encoding message %q: %w", m.name(), err)
	}
	line = append(line, '\n')
	if len(line) > MaxLine {
		return nil, fmt.Errorf("encoding message %q: %w", m.name(), ErrTooLong)
	}
	return line, nil
}

// Decode reads a line. It refuses types and fields it does not know, and what does not check.
func Decode(line []byte) (Message, error) {
	var e envelope
	if err := decodeStrictly(line, &e); err != nil {
		return nil, fmt.Errorf("decoding a message: %w", err)
	}
	switch e.Type {
	case "job":
		return decodeBody[Job](e)
	case "hello":
		return decodeBody[Hello](e)
	case "started":
		return decodeBody[Started](e)
	case "circumstances":
		return decodeBody[Circumstances](e)
	case "resumed":
		return decodeBody[Resumed](e)
	case "epoch":
		return decodeBody[Epoch](e)
	case "result":
		return decodeBody[Result](e)
	case "error":
		return decodeBody[Error](e)
	}
	return nil, fmt.Errorf("decoding a message: there is no type %q", e.Type)
}

func decodeBody[M Message](e envelope) (Message, error) {
	var m M
	if err := decodeStrictly(e.Body, &m); err != nil {
		return nil, fmt.Errorf("decoding message %q: %w", e.Type, err)
	}
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("decoding message %q: %w", e.Type, err)
	}
	return m, nil
}

// decodeStrictly reads exactly one JSON object into target.
func decodeStrictly(data []byte, target any) error {
	if !bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{")) {
		return errors.New("it is not a JSON object")
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(target); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the JSON object")
	}
	return nil
}

// Writer writes messages. Its methods may be called from several goroutines.
type Writer struct {
	mu sync.Mutex
	w  io.Writer
}

// NewWriter returns a Writer to w.
func NewWriter(w io.Writer) *Writer { return &Writer{w: w} }

// Write writes one message as one line.
func (w *Writer) Write(m Message) error {
	line, err := Encode(m)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, err := w.w.Write(line); err != nil {
		return fmt.Errorf("writing message %q: %w", m.name(), err)
	}
	return nil
}

// Reader reads messages.
type Reader struct {
	buffered *bufio.Reader
	line     []byte
}

// NewReader returns a Reader of r.
func NewReader(r io.Reader) *Reader { return &Reader{buffered: bufio.NewReaderSize(r, 64<<10)} }

// Read returns the next message; io.EOF where the last one was read whole, io.ErrUnexpectedEOF where
// a line has no end, ErrTooLong where it is longer than MaxLine. It never holds more than that.
func (r *Reader) Read() (Message, error) {
	r.line = r.line[:0]
	for {
		part, err := r.buffered.ReadSlice('\n')
		if len(r.line)+len(part) > MaxLine {
			return nil, fmt.Errorf("reading a message: %w", ErrTooLong)
		}
		r.line = append(r.line, part...)
		switch {
		case err == nil:
			return Decode(r.line)
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(r.line) == 0:
			return nil, io.EOF
		case errors.Is(err, io.EOF):
			return nil, fmt.Errorf("reading a message: %w", io.ErrUnexpectedEOF)
		}
		return nil, fmt.Errorf("reading a message: %w", err)
	}
}
