package download

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Aside renames a file to the first free one of PATH.old, PATH.old2, PATH.old3 and so on, and returns that name; it is empty where
// there is no such file.
func Aside(path string) (string, error) {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return "", nil
	} else if err != nil {
		return "", err
	}
	to := path + ".old"
	for n := 2; ; n++ {
		_, err := os.Lstat(to)
		if errors.Is(err, fs.ErrNotExist) {
			return to, os.Rename(path, to)
		}
		if err != nil {
			return "", err
		}
		to = fmt.Sprintf("%s.old%d", path, n)
	}
}
