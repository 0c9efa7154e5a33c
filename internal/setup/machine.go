package setup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Machine is the computer a set-up runs on, as far as it looks at it and changes it.
type Machine struct {
	Getenv   func(string) string
	Prefix   string      // root of the file system in which system packages are looked for: "/"
	UID      int         // effective user; 0 may install packages
	Log      *log.Logger // what is being done, a line at a time
	Terminal bool        // whether Log writes to a terminal, on which a progress bar can be drawn
	Offline  bool        // whether there is no network: nothing is installed, nothing fetched but from an address that a user named
}

// path puts a slash-separated absolute path below the machine's root.
func (m *Machine) path(name string) string { return filepath.Join(m.Prefix, filepath.FromSlash(name)) }

// output runs a program in English and returns what it printed on stdout, trimmed. The error holds the end of what it printed on stderr.
func output(ctx context.Context, folder, name string, arguments ...string) (string, error) {
	command := exec.CommandContext(ctx, name, arguments...)
	command.Dir = folder
	command.Env = append(os.Environ(), "LC_ALL=C")
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); err != nil {
		return "", commandError(name, err, stderr.String())
	}
	return strings.TrimSpace(stdout.String()), nil
}

// commandError joins a program's failure with the last lines it printed.
func commandError(name string, err error, printed string) error {
	if errors.Is(err, exec.ErrNotFound) {
		return fmt.Errorf("running %s: %w", name, err)
	}
	lines := strings.Split(strings.TrimSpace(printed), "\n")
	if len(lines) > 12 {
		lines = lines[len(lines)-12:]
	}
	return fmt.Errorf("running %s: %w\n%s", name, err, strings.Join(lines, "\n"))
}

// exists says whether there is a file or folder of that name.
func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}
