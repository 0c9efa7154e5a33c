package run

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// keySalt goes before the canonical bytes of a configuration. Its number changes only where the meaning
// of old configurations changes, since every key changes with it.
const keySalt = "experiment run 1\n"

// Key identifies a run: 64 hexadecimal digits, the SHA-256 of the salted canonical configuration.
type Key string

// Key returns the identity of the run that the configuration describes.
func (c Config) Key() Key {
	sum := sha256.Sum256(c.appendJSON(append(make([]byte, 0, 512), keySalt...)))
	return Key(hex.EncodeToString(sum[:]))
}

// Short returns the eight digits that listings show.
func (k Key) Short() string { return string(k[:min(len(k), 8)]) }

// ParseKey checks that s is a whole key, in digits of either case.
func ParseKey(s string) (Key, error) {
	if _, err := hex.DecodeString(s); err != nil || len(s) != 2*sha256.Size {
		return "", fmt.Errorf("%q is no run key of %d hexadecimal digits", s, 2*sha256.Size)
	}
	return Key(strings.ToLower(s)), nil
}
