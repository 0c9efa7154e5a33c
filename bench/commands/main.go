// Commands times the commands of experiment on a database, such as bench/database makes:
//
//	go build -o bin/ ./cmd/experiment
//	go run ./bench/database -sweeps 10 -o /tmp/100k.db
//	go run ./bench/commands -db /tmp/100k.db
//
// It prints what was measured where, with the load of the machine at the start and at the end, and a Markdown table: the
// median wall time and processor time (user and system) of a few runs, and the most resident memory of any. Each command
// runs once before it is timed, so that the database is in the file cache as far as it fits. What a command removes it
// takes from a copy. A command that the program does not know is left out.
//
// With -against PROGRAM every command is also run by another build of the program, in turn with the first, on the database
// that -against-db names, and the table has the ratio of their times.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	var own, other program
	flag.StringVar(&own.path, "program", "bin/experiment", "measure the program at `PATH`")
	flag.StringVar(&own.database, "db", "", "on the database at `PATH`")
	flag.StringVar(&other.path, "against", "", "and beside it the program at `PATH`")
	flag.StringVar(&other.database, "against-db", "", "on the database at `PATH` (that of -db)")
	times := flag.Int("n", 5, "time each command `N` times")
	only := flag.String("only", "", "only the commands that contain `TEXT`")
	flag.Parse()
	if own.database == "" || *times < 1 || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if other.database == "" {
		other.database = own.database
	}
	if err := measure(own, other, *times, *only); err != nil {
		fmt.Fprintf(os.Stderr, "commands: %v\n", err)
		os.Exit(1)
	}
}

// measure times every command and prints a row for each as soon as it is done.
func measure(own, other program, times int, only string) (err error) {
	folder, err := os.MkdirTemp("", "commands-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	for _, p := range []*program{&own, &other} {
		if p.path == "" {
			continue
		}
		if err := p.settle(); err != nil {
			return err
		}
	}
	subject, err := own.subject(folder)
	if err != nil {
		return err
	}
	what, err := own.conditions(subject, times)
	if err != nil {
		return err
	}
	fmt.Printf("%s\n\n%s\n", what, header(other.path != ""))
	for _, c := range commands(subject) {
		if !strings.Contains(c.name, only) {
			continue
		}
		if known, err := own.has(c, folder); err != nil || !known {
			if err != nil {
				return err
			}
			continue
		}
		row, err := compare(c, own, other, times, folder)
		if err != nil {
			return err
		}
		fmt.Println(row)
	}
	fmt.Printf("\nLoad at the end: %s.\n", load())
	return nil
}

// settle makes the paths of a program absolute.
func (p *program) settle() (err error) {
	if p.path, err = filepath.Abs(p.path); err != nil {
		return err
	}
	p.database, err = filepath.Abs(p.database)
	return err
}

func header(against bool) string {
	columns := []string{"command", "wall (s)", "processor (s)", "memory (MB)"}
	if against {
		columns = append(columns, "wall before", "processor before", "memory before", "wall ratio", "processor ratio")
	}
	line := "| " + strings.Join(columns, " | ") + " |\n| ---"
	return line + strings.Repeat(" | ---:", len(columns)-1) + " |"
}

// compare times a command by one program, and in turn by the other where there is one.
func compare(c command, own, other program, times int, folder string) (string, error) {
	programs := []program{own}
	if other.path != "" {
		programs = append(programs, other)
	}
	samples := make([][]usage, len(programs))
	for i := range times + 1 {
		for k, p := range programs {
			u, err := p.time(c, folder)
			if err != nil {
				return "", err
			}
			if i > 0 {
				samples[k] = append(samples[k], u)
			}
		}
	}
	first := summarise(samples[0])
	row := fmt.Sprintf("| `%s` | %s", c.name, first)
	if len(samples) > 1 {
		second := summarise(samples[1])
		row += fmt.Sprintf(" | %s | %.2f | %.2f", second, first.wall/second.wall, first.processor/second.processor)
	}
	return row + " |", nil
}
