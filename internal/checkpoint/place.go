package checkpoint

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"experiment/internal/run"
)

// Group returns the runs that the digits of one depend on which goes on from a file, itself among them. There are none where it
// is alone, where others change no digit, and where the file is none to go on from.
func Group(path string) []run.Key {
	c, err := Read(path)
	if err != nil {
		return nil
	}
	return c.Provenance.Group
}

// Place says where a run goes on from a file: the step, and a hash of what it was trained on, so that it is the same for
// runs that can go on side by side. It is empty where the file is none to go on from.
func Place(path string) string {
	c, err := Read(path)
	if err != nil {
		return ""
	}
	provenance, err := json.Marshal(c.Provenance)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("epoch %d, step %d, %x", c.Epoch, c.Step, sha256.Sum256(provenance))
}
