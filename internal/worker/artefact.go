package worker

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"path/filepath"

	"experiment/internal/run"
)

// WriteArtefact writes an artefact of a kind in run.ArtefactKinds into the folder of a run, as WriteFile does. By their
// names artefacts are told from what somebody else put there.
func WriteArtefact(folder, kind string, write func(io.Writer) error) (run.Artefact, error) {
	name := run.ArtefactFile(kind)
	if !run.IsArtefactFile(name) {
		return run.Artefact{}, fmt.Errorf("writing artefact %s: there is no such kind", kind)
	}
	sum := digest{hash: sha256.New()}
	err := WriteFile(filepath.Join(folder, name), func(w io.Writer) error { return write(io.MultiWriter(w, &sum)) })
	if err != nil {
		return run.Artefact{}, fmt.Errorf("writing artefact %s: %w", name, err)
	}
	return run.Artefact{Kind: kind, Path: name, SHA256: hex.EncodeToString(sum.hash.Sum(nil)), Bytes: sum.bytes}, nil
}

// digest takes the checksum and the length of what is written to it.
type digest struct {
	hash  hash.Hash
	bytes int64
}

func (d *digest) Write(b []byte) (int, error) {
	d.bytes += int64(len(b))
	return d.hash.Write(b)
}
