package checkpoint

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// DamagedError says that a file is no whole checkpoint of this version.
type DamagedError struct{ Err error }

func (e *DamagedError) Error() string { return fmt.Sprintf("reading checkpoint: %v", e.Err) }

func (e *DamagedError) Unwrap() error { return e.Err }

// Read reads a file. Its error is a *DamagedError, or one of the system; fs.ErrNotExist where there is no file.
func Read(path string) (Checkpoint, error) {
	file, err := os.Open(path)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("reading checkpoint: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return Checkpoint{}, fmt.Errorf("reading checkpoint: %w", err)
	}
	if !info.Mode().IsRegular() || info.Size() > MaxBytes {
		return Checkpoint{}, &DamagedError{fmt.Errorf("%s is not a file of %d bytes at most: %w", path, int64(MaxBytes), fs.ErrInvalid)}
	}
	data := make([]byte, info.Size())
	if _, err := io.ReadFull(file, data); err != nil {
		return Checkpoint{}, fmt.Errorf("reading checkpoint: %w", err)
	}
	return Decode(data)
}

// Decode reads what Write wrote. The tensors share the memory of the data. Its error is a *DamagedError.
func Decode(data []byte) (Checkpoint, error) {
	c, err := decode(data)
	if err != nil {
		return Checkpoint{}, &DamagedError{err}
	}
	return c, nil
}

func decode(data []byte) (Checkpoint, error) {
	rest, found := bytes.CutPrefix(data, []byte(Magic))
	if !found {
		return Checkpoint{}, errors.New("it does not start as one")
	}
	if len(rest) < 8+sha256.Size {
		return Checkpoint{}, errors.New("it is cut short")
	}
	if version := binary.LittleEndian.Uint32(rest); version != Version {
		return Checkpoint{}, fmt.Errorf("it has version %d of the format, not %d", version, Version)
	}
	body, sum := data[:len(data)-sha256.Size], data[len(data)-sha256.Size:]
	if computed := sha256.Sum256(body); !bytes.Equal(computed[:], sum) {
		return Checkpoint{}, errors.New("its checksum does not hold: it is cut short or was changed")
	}
	length, rest := binary.LittleEndian.Uint32(rest[4:]), body[len(Magic)+8:]
	if length > maxHeader || int(length) > len(rest) {
		return Checkpoint{}, fmt.Errorf("its header cannot have %d bytes", length)
	}
	c, err := decodeHeader(rest[:length])
	if err != nil {
		return Checkpoint{}, err
	}
	return c, c.attach(rest[length:])
}

func decodeHeader(header []byte) (Checkpoint, error) {
	var c Checkpoint
	decoder := json.NewDecoder(bytes.NewReader(header))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&c); err != nil {
		return Checkpoint{}, fmt.Errorf("decoding its header: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return Checkpoint{}, errors.New("something follows its header")
	}
	return c, c.check()
}

// attach gives each tensor its elements.
func (c Checkpoint) attach(data []byte) error {
	for i, t := range c.Tensors {
		n, err := t.bytes()
		if err != nil {
			return err
		}
		if n > len(data) {
			return fmt.Errorf("tensor %q has %d bytes, and %d are left", t.Name, n, len(data))
		}
		c.Tensors[i].Data, data = data[:n:n], data[n:]
	}
	if len(data) > 0 {
		return fmt.Errorf("%d bytes follow its tensors", len(data))
	}
	return nil
}
