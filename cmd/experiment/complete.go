package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"experiment/internal/evaluation"
	"experiment/internal/run"
	"experiment/internal/store"
	"experiment/pipelines/calibration"
)

// completeCommand is what the scripts of completion call: the words typed so far follow, the last of them
// the one to complete, which may be empty. It prints what fits, one candidate a line.
const completeCommand = "__complete"

// maxCandidates is how many runs are offered at once.
const maxCandidates = 200

// complete prints what the last word may become. It never fails: a shell has no use for its errors.
func (p *program) complete(ctx context.Context, words []string) error {
	words = slices.DeleteFunc(slices.Clone(words), func(w string) bool { return w == "=" }) // bash splits --flag=value at =
	if len(words) == 0 {
		words = []string{""}
	}
	typed, current := words[:len(words)-1], words[len(words)-1]
	for _, candidate := range p.candidates(ctx, typed, current) {
		if _, err := fmt.Fprintln(p.out, candidate); err != nil {
			return err
		}
	}
	return nil
}

// candidates returns what may stand in the place of the current word.
func (p *program) candidates(ctx context.Context, typed []string, current string) []string {
	commands := p.commands()
	known := flagTable(commands)
	command, given, pending := typedCommand(commands, known, typed)
	p.database = firstOf(typedValue(known, typed, flagDatabase), p.getenv("EXPERIMENT_DB"), defaultDatabase)
	switch {
	case pending != nil:
		return p.flagValues(ctx, pending.Names()[0], current)
	case strings.HasPrefix(current, "-"):
		if name, value, found := strings.Cut(current, "="); found {
			var whole []string
			for _, v := range p.flagValues(ctx, strings.TrimLeft(name, "-"), value) {
				whole = append(whole, name+"="+v)
			}
			return whole
		}
		return startingWith(current, flagNames(command))
	case command == nil:
		var names []string
		for _, c := range commands {
			names = append(names, c.Name)
		}
		return startingWith(current, append(names, "help"))
	}
	return p.arguments(ctx, command.Name, given, current)
}

// typedCommand returns the command among the words, nil where there is none yet, its arguments, and the flag whose
// value comes next, nil where none is waiting.
func typedCommand(commands []*cli.Command, known map[string]cli.Flag, typed []string) (command *cli.Command, arguments []string, pending cli.Flag) {
	for _, word := range typed {
		switch {
		case pending != nil:
			pending = nil
		case strings.HasPrefix(word, "-") && len(word) > 1:
			flag := parseFlag(word)
			if definition, ok := known[flag.name]; ok && takesValue(definition) && !flag.hasValue {
				pending = definition
			}
		case command == nil:
			if i := slices.IndexFunc(commands, func(c *cli.Command) bool { return c.Name == word }); i >= 0 {
				command = commands[i]
			}
		default:
			arguments = append(arguments, word)
		}
	}
	return command, arguments, pending
}

// typedValue returns the value of a flag among the words.
func typedValue(known map[string]cli.Flag, typed []string, name string) string {
	for i, word := range typed {
		flag := parseFlag(word)
		if !strings.HasPrefix(word, "-") || flag.name != name || known[name] == nil {
			continue
		}
		if flag.hasValue {
			return flag.value
		}
		if i+1 < len(typed) {
			return typed[i+1]
		}
	}
	return ""
}

func flagNames(command *cli.Command) []string {
	flags := globalFlags()
	if command != nil {
		flags = append(slices.Clone(command.Flags), flags...)
	}
	var names []string
	for _, f := range flags {
		names = append(names, dashed(f.Names()[0]))
	}
	return names
}

// flagValues returns the values that a flag may have.
func (p *program) flagValues(ctx context.Context, name, current string) []string {
	switch name {
	case flagFormat:
		return startingWith(current, formatNames())
	case "status":
		return startingWith(current, strings.Split(statusNames(), ", "))
	case "device":
		return startingWith(current, []string{"auto", "cpu", "cuda"})
	case "fuse":
		return startingWith(current, []string{"auto", "off"})
	case "jobs":
		return startingWith(current, []string{"auto"})
	case "sweep":
		return append(p.sweepNames(ctx, current), files(current, ".yaml", ".yml")...)
	case "metric":
		return commaList(current, run.MetricNames[:])
	case "split":
		return startingWith(current, splitNames())
	case "calibration":
		return startingWith(current, calibrationNames())
	case "group-by":
		return commaList(current, append([]string{"label", "loss", "dataset", "model"}, settingNames("")...))
	case "baseline":
		return p.labels(ctx, current)
	case "columns":
		return commaList(current, fieldNames())
	case "sort":
		if field, descending := strings.CutPrefix(current, descendingSign); descending {
			return prefixed(descendingSign, startingWith(field, fieldNames()))
		}
		return startingWith(current, fieldNames())
	case "where":
		return p.conditions(ctx, current)
	case "set":
		return startingWith(current, settingNames("="))
	case "logits", "probabilities", "labels", "fit-logits", "fit-labels":
		return predictionFiles(current)
	case "fit":
		return startingWith(current, evaluation.Methods())
	case "metrics":
		return commaList(current, append(calibration.MetricNames(), calibration.TruthNames()...))
	case "loss":
		return lossTexts(current)
	case flagDatabase, flagDataDir, "output", "o":
		return files(current, "")
	}
	return nil
}

// arguments returns what may stand as an argument of a command, behind those that are given.
func (p *program) arguments(ctx context.Context, command string, given []string, current string) []string {
	switch command {
	case "data":
		if len(given) == 0 {
			return startingWith(current, dataVerbs())
		}
		return startingWith(current, dataSetNames())
	case "run", "plan", "compare", "report":
		return append(p.sweepNames(ctx, current), files(current, ".yaml", ".yml")...)
	case "show", "logs", "rm":
		return p.runKeys(ctx, current)
	case "reproduce": // a sweep with --sample
		return append(p.runKeys(ctx, current), append(p.sweepNames(ctx, current), files(current, ".yaml", ".yml")...)...)
	case "completion":
		return startingWith(current, shells())
	}
	return nil
}

// sweepNames returns the recorded sweeps that start so; none where the database cannot be read.
func (p *program) sweepNames(ctx context.Context, start string) []string {
	var names []string
	err := p.read(ctx, func(r *store.Reader) error {
		sweeps, err := r.Sweeps(ctx)
		for _, s := range sweeps {
			names = append(names, s.Name)
		}
		return err
	})
	if err != nil {
		return nil
	}
	return startingWith(start, names)
}

// runsOfLabels is how many runs are looked at for their labels.
const runsOfLabels = 2000

// labels returns the labels of the first runs that start so; none where the database cannot be read.
func (p *program) labels(ctx context.Context, start string) []string {
	var labels []string
	err := p.read(ctx, func(r *store.Reader) error {
		list, err := r.List(ctx, store.Filter{Statuses: []run.Status{run.Finished}, Limit: runsOfLabels})
		for _, s := range list {
			if !slices.Contains(labels, s.Label) && len(labels) < maxCandidates {
				labels = append(labels, s.Label)
			}
		}
		return err
	})
	if err != nil {
		return nil
	}
	return startingWith(start, labels)
}

// runKeys returns the short keys of runs that start so; the whole key where the start is longer.
func (p *program) runKeys(ctx context.Context, start string) []string {
	var keys []string
	err := p.read(ctx, func(r *store.Reader) error {
		list, err := r.List(ctx, store.Filter{Where: []store.Condition{
			{Field: "run", Op: store.GreaterOrEqual, Value: start}, {Field: "run", Op: store.Less, Value: start + "g"},
		}, Limit: maxCandidates})
		for _, s := range list {
			key := s.Key.Short()
			if len(start) > len(key) {
				key = string(s.Key)
			}
			keys = append(keys, key)
		}
		return err
	})
	if err != nil {
		return nil
	}
	return startingWith(start, keys)
}

// files returns the folders, with a slash, and the files with one of the endings that start so.
func files(start string, endings ...string) []string {
	folder, name := filepath.Split(start)
	entries, err := os.ReadDir(firstOf(folder, "."))
	if err != nil {
		return nil
	}
	var found []string
	for _, entry := range entries {
		hidden := strings.HasPrefix(entry.Name(), ".") && !strings.HasPrefix(name, ".")
		if hidden || !strings.HasPrefix(entry.Name(), name) {
			continue
		}
		fits := slices.ContainsFunc(endings, func(e string) bool { return strings.HasSuffix(entry.Name(), e) })
		if entry.IsDir() {
			found = append(found, folder+entry.Name()+"/")
		} else if fits {
			found = append(found, folder+entry.Name())
		}
	}
	return found
}

func startingWith(start string, words []string) []string {
	return slices.DeleteFunc(slices.Clone(words), func(w string) bool { return !strings.HasPrefix(w, start) })
}
