package setup

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
)

// compiler is a C++ compiler that takes g++'s flags.
type compiler struct {
	Command []string // program and leading arguments
	Version string   // the first line it prints of its version
}

// check compiles a file in folder without making anything. It returns what the compiler printed where the file does not compile, and
// nothing where it does; an error means that the compiler could not run, or died.
func (c compiler) check(ctx context.Context, folder, file string, flags []string) (string, error) {
	arguments := append([]string{}, c.Command[1:]...)
	arguments = append(arguments, "-fsyntax-only", c.limitFlag(), "-fno-diagnostics-color")
	arguments = append(arguments, flags...)
	command := exec.CommandContext(ctx, c.Command[0], append(arguments, file)...)
	command.Dir = folder
	command.Env = append(os.Environ(), "LC_ALL=C")
	var printed bytes.Buffer
	command.Stdout, command.Stderr = &printed, &printed
	err := command.Run()
	if err == nil {
		return "", nil
	}
	var exit *exec.ExitError
	if ctx.Err() != nil || !errors.As(err, &exit) || exit.ExitCode() != 1 {
		return "", commandError(c.Command[0], err, printed.String())
	}
	return printed.String(), nil
}

// limitFlag lifts the compiler's limit on the number of errors it reports.
func (c compiler) limitFlag() string {
	if bytes.Contains([]byte(c.Version), []byte("clang")) {
		return "-ferror-limit=0"
	}
	return "-fmax-errors=0"
}
