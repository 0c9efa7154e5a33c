package download

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"strconv"
)

// hashFile is the SHA-256 of a file in hexadecimal, and its size in bytes.
func hashFile(name string) (sum string, size int64, err error) {
	file, err := os.Open(name)
	if err != nil {
		return "", 0, err
	}
	defer file.Close()
	hash := sha256.New()
	if size, err = io.Copy(hash, file); err != nil {
		return "", 0, err
	}
	return hex.EncodeToString(hash.Sum(nil)), size, nil
}

// FormatBytes is a size for people: "198 MB", "9.9 MB", "5.1 kB".
func FormatBytes(n int64) string {
	switch {
	case n < 1e3:
		return strconv.FormatInt(n, 10) + " B"
	case n < 999_500:
		return formatTenths(n, 1e3) + " kB"
	}
	return formatTenths(n, 1e6) + " MB"
}

// formatTenths writes n in a unit, with one decimal where it has fewer than two digits before the point.
func formatTenths(n, unit int64) string {
	if n < 10*unit {
		return strconv.FormatFloat(float64(n)/float64(unit), 'f', 1, 64)
	}
	return strconv.FormatInt((n+unit/2)/unit, 10)
}
