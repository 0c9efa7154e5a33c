package runner

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"unicode"
)

const (
	endBytes   = 64 << 10 // of a log that are looked at
	earlyBytes = 4 << 10  // kept of what a worker prints before it has a log
	tailLines  = 10       // of a log that are shown
)

// createLog creates the log of the next attempt in the folder of a run and returns its name. The caller
// holds the lock of the run.
func createLog(folder string) (string, error) {
	for number := 1; ; number++ {
		name := fmt.Sprintf("attempt-%d.log", number)
		file, err := os.OpenFile(filepath.Join(folder, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return "", err
		}
		return name, file.Close()
	}
}

// readEnd returns the end of a log.
func readEnd(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return "", err
	}
	start := max(info.Size()-endBytes, 0)
	content, err := io.ReadAll(io.NewSectionReader(file, start, endBytes))
	return string(content), err
}

// lastLines returns the last lines of a text, fit to print.
func lastLines(text string) string {
	lines := strings.Split(strings.TrimRight(printable(text), "\n\t "), "\n")
	return strings.Join(lines[max(len(lines)-tailLines, 0):], "\n")
}

// findCrash looks for where the runtime of Go, which also catches the signals of C++ code, says why it ends
// the process: a panic, a fatal error or a signal. What C++ had to say stands before that line; stacks and
// registers follow after an empty one, and are left to the log.
func findCrash(text string) (cause, around string) {
	lines := strings.Split(printable(text), "\n")
	for i, line := range lines {
		if crashLine.MatchString(line) {
			start, end := max(i-tailLines/2, 0), i
			for end < min(i+tailLines/2, len(lines)) && lines[end] != "" {
				end++
			}
			return line, strings.Join(lines[start:end], "\n")
		}
	}
	return "", ""
}

// crashLine matches "panic: ...", "fatal error: ..." and "SIGABRT: abort".
var crashLine = regexp.MustCompile(`^(panic|fatal error|SIG[A-Z]+): .`)

// printable returns the text without what would move the cursor or colour the terminal.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsPrint(r):
			return r
		}
		return -1
	}, strings.ToValidUTF8(text, "?"))
}

// tailBuffer is a Writer that keeps the end of what is written.
type tailBuffer struct {
	mu   sync.Mutex
	kept []byte
}

func (b *tailBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.kept = append(b.kept, p...)
	if excess := len(b.kept) - earlyBytes; excess > 0 {
		b.kept = append(b.kept[:0], b.kept[excess:]...)
	}
	return len(p), nil
}

func (b *tailBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return lastLines(string(b.kept))
}
