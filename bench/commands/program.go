package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// program is a build of experiment and the database it works on.
type program struct{ path, database string }

// usage is what a process used.
type usage struct {
	wall, processor float64 // seconds
	memory          float64 // the most that was resident, in MB
}

// String writes a usage as cells of a table.
func (u usage) String() string {
	return fmt.Sprintf("%.3f | %.3f | %.0f", u.wall, u.processor, u.memory)
}

// summarise returns the median times and the most memory.
func summarise(samples []usage) usage {
	middle := func(of func(usage) float64) float64 {
		values := make([]float64, len(samples))
		for i, s := range samples {
			values[i] = of(s)
		}
		slices.Sort(values)
		return (values[(len(values)-1)/2] + values[len(values)/2]) / 2
	}
	all := usage{
		wall:      middle(func(u usage) float64 { return u.wall }),
		processor: middle(func(u usage) float64 { return u.processor }),
	}
	for _, s := range samples {
		all.memory = max(all.memory, s.memory)
	}
	return all
}

// run runs the program in a folder and returns its standard output.
func (p program) run(folder string, args ...string) (string, error) {
	var out bytes.Buffer
	_, err := p.start(folder, p.database, &out, args)
	return out.String(), err
}

// time runs a command once, on a copy of the database where the command changes it.
func (p program) time(c command, folder string) (usage, error) {
	database := p.database
	if c.changes {
		database = filepath.Join(folder, "copy.db")
		if err := copyDatabase(database, p.database); err != nil {
			return usage{}, err
		}
	}
	return p.start(folder, database, io.Discard, c.args)
}

// start runs the program and returns what it used. An exit status of 1 is an answer, such as the doctor's.
func (p program) start(folder, database string, out io.Writer, args []string) (usage, error) {
	var message bytes.Buffer
	cmd := exec.Command(p.path, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = folder, out, &message
	cmd.Env = append(os.Environ(), "EXPERIMENT_DB="+database)
	begin := time.Now()
	err := cmd.Run()
	wall := time.Since(begin)
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 {
		err = nil
	}
	if err != nil {
		return usage{}, fmt.Errorf("running experiment %s: %w: %s", strings.Join(args, " "), err, bytes.TrimSpace(message.Bytes()))
	}
	used := usage{wall: wall.Seconds(), processor: (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()}
	if r, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		used.memory = float64(r.Maxrss) * 1024 / 1e6
	}
	return used, nil
}

// copyDatabase copies the file of a database that nobody has open.
func copyDatabase(to, from string) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	target, err := os.Create(to)
	if err != nil {
		return errors.Join(err, source.Close())
	}
	_, err = io.Copy(target, source)
	return errors.Join(err, target.Close(), source.Close())
}
