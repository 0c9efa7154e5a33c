package checkpoint

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
)

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
