// Experiment-setup prepares a clone of the project for building: see the package internal/setup. `make setup` runs it.
//
// It obeys LIBTORCH (a libtorch folder, or "system"), LIBTORCH_USE_PYTORCH=1, LIBTORCH_URL and LIBTORCH_SHA256. What a bundle sets besides is
// EXPERIMENT_GOTCH, a folder with gotch, and EXPERIMENT_OFFLINE=1, with which nothing is installed and nothing fetched unasked. Its exit status is 0 when all
// is ready, 3 when the machine lacks something, 130 when it was stopped, and 1 or 2 for other failures and wrong usage.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"experiment/internal/setup"

	"golang.org/x/term"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(experimentSetup(ctx, os.Stdout, os.Stderr, os.Args[1:]))
}

// experimentSetup does what the program is for and returns its exit status.
func experimentSetup(ctx context.Context, stdout, stderr io.Writer, arguments []string) int {
	if len(arguments) > 0 {
		return report(stderr, fmt.Errorf("experiment-setup takes no arguments, and got %q", arguments), 2)
	}
	root, err := findRoot()
	if err != nil {
		return report(stderr, err, 2)
	}
	machine := &setup.Machine{
		Getenv:   os.Getenv,
		Prefix:   "/",
		UID:      os.Geteuid(),
		Log:      log.New(stderr, "", 0),
		Terminal: term.IsTerminal(int(os.Stderr.Fd())),
		Offline:  os.Getenv("EXPERIMENT_OFFLINE") == "1",
	}
	summary, err := setup.Run(ctx, machine, root)
	var missing *setup.MissingError
	switch {
	case err != nil && ctx.Err() != nil:
		return report(stderr, errors.New("stopped; the next one does what this one left undone"), 130)
	case errors.As(err, &missing):
		return report(stderr, err, 3)
	case err != nil:
		return report(stderr, err, 1)
	}
	if err := summary.Print(stdout); err != nil {
		return report(stderr, err, 1)
	}
	return 0
}

// report prints an error and returns the exit status to end with.
func report(stderr io.Writer, err error, status int) int {
	if _, failure := fmt.Fprintln(stderr, "setup:", err); failure != nil {
		return 1
	}
	return status
}

// findRoot is the folder of the project's go.mod, at or above the working directory.
func findRoot() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("finding the clone: %w", err)
	}
	for ; ; folder = filepath.Dir(folder) {
		text, err := os.ReadFile(filepath.Join(folder, "go.mod"))
		if err == nil && strings.HasPrefix(string(text), "module experiment\n") {
			return folder, nil
		}
		if folder == filepath.Dir(folder) {
			return "", errors.New("finding the clone: no go.mod of the project here or above")
		}
	}
}
