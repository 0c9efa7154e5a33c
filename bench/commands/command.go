package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// command is a command line to time.
type command struct {
	name    string // as the table shows it
	args    []string
	changes bool // the database
}

// commands lists what is timed, on a sweep and a run of it. SWEEP stands for its name, FILE for its file,
// RUN for the run and LABEL for the label of the sweep's first run.
func commands(s subject) []command {
	lines := []string{
		"ls --limit 50",
		"ls --sort -started --limit 50",
		"ls --where loss=focal --sort ece --limit 50",
		"ls --where optimizer.lr=0.05 --where accuracy>0.9 --sort nll --limit 50",
		"ls --sweep SWEEP",
		"ls",
		"show RUN",
		"query SELECT label, avg(ece) FROM results WHERE split = 'test' AND calibration = 'none' GROUP BY label",
		"compare SWEEP",
		"compare",
		"compare --baseline LABEL",
		"report SWEEP -o report.md",
		"plan FILE",
		"run --dry-run FILE",
		"logs RUN",
		"rm --force RUN",
		"doctor",
		"__complete show 3f",
		"__complete ls --sweep g",
	}
	replacer := strings.NewReplacer("SWEEP", s.sweep, "FILE", s.source, "RUN", s.run, "LABEL", s.label)
	list := make([]command, len(lines))
	for i, line := range lines {
		words := strings.Fields(line)
		if first, rest, _ := strings.Cut(line, " "); first == "query" {
			words = []string{first, rest}
		}
		list[i] = command{name: line, changes: words[0] == "rm"}
		for _, word := range words {
			list[i].args = append(list[i].args, replacer.Replace(word))
		}
	}
	return list
}

// subject is what the commands are about.
type subject struct {
	sweep  string // the name of one
	source string // the path of its file
	run    string // a key
	label  string // of its first run
	runs   int    // in the database
}

// subject finds a sweep and a finished run of it in the database, and writes the sweep's file into a folder.
func (p program) subject(folder string) (subject, error) {
	answer, err := p.run(folder, "query", "--format", "json", `SELECT name, source,
		(SELECT count(*) FROM runs) AS runs,
		(SELECT label FROM runs JOIN sweep_runs ON run = key WHERE sweep = name ORDER BY position LIMIT 1) AS label,
		(SELECT key FROM runs JOIN sweep_runs ON run = key
			WHERE sweep = name AND status = 'finished' ORDER BY position LIMIT 1 OFFSET 4999) AS run
		FROM sweeps ORDER BY name LIMIT 1`)
	if err != nil {
		return subject{}, err
	}
	var found []struct {
		Name, Source, Run, Label string
		Runs                     int
	}
	if err := json.Unmarshal([]byte(answer), &found); err != nil {
		return subject{}, fmt.Errorf("reading the answer of query: %w", err)
	}
	if len(found) == 0 || found[0].Run == "" {
		return subject{}, errors.New("the database has no sweep of 5,000 finished runs")
	}
	f := found[0]
	s := subject{sweep: f.Name, source: filepath.Join(folder, f.Name+".yaml"), run: f.Run, label: f.Label, runs: f.Runs}
	return s, os.WriteFile(s.source, []byte(f.Source), 0o644)
}

// has says whether the program has the command.
func (p program) has(c command, folder string) (bool, error) {
	if strings.HasPrefix(c.args[0], "_") {
		return true, nil
	}
	_, err := p.run(folder, c.args[0], "--help")
	if strings.Contains(fmt.Sprint(err), "exit status 2") {
		return false, nil
	}
	return err == nil, err
}
