package checkpoint

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
)

// Write writes a checkpoint. What it refuses, Decode would.
func Write(w io.Writer, c Checkpoint) error {
	if err := write(w, c); err != nil {
		return fmt.Errorf("writing checkpoint: %w", err)
	}
	return nil
}

func write(w io.Writer, c Checkpoint) error {
	start, err := head(c)
	if err != nil {
		return err
	}
	hash := sha256.New()
	both := io.MultiWriter(w, hash)
	if _, err := both.Write(start); err != nil {
		return err
	}
	for _, t := range c.Tensors {
		if _, err := both.Write(t.Data); err != nil {
			return err
		}
	}
	_, err = w.Write(hash.Sum(nil))
	return err
}

// head returns what comes before the tensors.
func head(c Checkpoint) ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	header, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	if len(header) > maxHeader {
		return nil, fmt.Errorf("the header has %d bytes", len(header))
	}
	total := len(Magic) + 8 + len(header) + sha256.Size
	for _, t := range c.Tensors {
		n, err := t.bytes()
		if err != nil {
			return nil, err
		}
		if n != len(t.Data) {
			return nil, fmt.Errorf("tensor %q has %d bytes, not %d", t.Name, len(t.Data), n)
		}
		if total += n; total > MaxBytes {
			return nil, fmt.Errorf("it has more than %d bytes", MaxBytes)
		}
	}
	start := append([]byte(Magic), 0, 0, 0, 0, 0, 0, 0, 0)
	binary.LittleEndian.PutUint32(start[len(Magic):], Version)
	binary.LittleEndian.PutUint32(start[len(Magic)+4:], uint32(len(header)))
	return append(start, header...), nil
}
