package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"
)

// program is one invocation: its streams, its environment and the global settings of its command line.
type program struct {
	streams
	getenv func(string) string

	database string // path
	dataDir  string // path of the folder of data sets
	format   format
	color    bool // stdout is a terminal that wants it
	quiet    bool
	verbose  bool
}

// commands lists what the program can do, in the order of the help text.
func (p *program) commands() []*cli.Command {
	return []*cli.Command{
		p.runCommand(),
		p.planCommand(),
		p.lsCommand(),
		p.showCommand(),
		p.logsCommand(),
		p.reproduceCommand(),
		p.queryCommand(),
		p.compareCommand(),
		p.exportCommand(),
		p.reportCommand(),
		p.evaluateCommand(),
		p.rmCommand(),
		p.dataCommand(),
		p.lossesCommand(),
		p.doctorCommand(),
		p.completionCommand(),
	}
}

// The names of the global flags.
const (
	flagDatabase = "db"
	flagDataDir  = "data-dir"
	flagFormat   = "format"
	flagNoColor  = "no-color"
	flagQuiet    = "quiet"
	flagVerbose  = "verbose"
	flagHelp     = "help"
	flagVersion  = "version"
)

// defaultDatabase is relative to the working directory.
const defaultDatabase = "results/experiments.db"

// globalFlags returns new values of the flags that every command has.
func globalFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: flagDatabase, Usage: "the database is at `PATH` (EXPERIMENT_DB; " + defaultDatabase + ")"},
		&cli.StringFlag{Name: flagDataDir, Usage: "the data sets are in the folder `PATH` (EXPERIMENT_DATA; experiment in the user's cache)"},
		&cli.StringFlag{Name: flagFormat, Usage: "write the output as `FORMAT`: " + strings.Join(formatNames(), ", ")},
		&cli.BoolFlag{Name: flagNoColor, Usage: "no colours (NO_COLOR)"},
		&cli.BoolFlag{Name: flagQuiet, Usage: "errors and data only, no progress"},
		&cli.BoolFlag{Name: flagVerbose, Usage: "say more about what is done, on stderr"},
		&cli.BoolFlag{Name: flagHelp, Aliases: []string{"h"}, Usage: "this text"},
		&cli.BoolFlag{Name: flagVersion, Usage: "the version of the program"},
	}
}

// execute puts the command line in order and does what it says.
func (p *program) execute(ctx context.Context, args []string) error {
	if len(args) > 0 && args[0] == completeCommand {
		return p.complete(ctx, args[1:])
	}
	commands := p.commands()
	line, err := arrange(commands, args)
	if err != nil {
		return err
	}
	switch {
	case line.version:
		_, err := fmt.Fprintln(p.out, versionLine())
		return err
	case line.command == nil:
		return p.writeProgramHelp(commands)
	case line.help:
		return p.writeCommandHelp(line.command)
	}
	return p.dispatch(ctx, commands, line)
}

func (p *program) dispatch(ctx context.Context, commands []*cli.Command, line commandLine) error {
	for _, c := range commands {
		c.Flags = append(c.Flags, globalFlags()...)
		c.HideHelp = true
		c.OnUsageError = usageError
		c.Before = p.readGlobals
	}
	app := &cli.App{
		Name:                      "experiment",
		Commands:                  commands,
		HideHelp:                  true,
		HideVersion:               true,
		DisableSliceFlagSeparator: true,
		Reader:                    p.in,
		Writer:                    p.out,
		ErrWriter:                 p.err,
		OnUsageError:              usageError,
		ExitErrHandler:            func(*cli.Context, error) {},
	}
	return app.RunContext(ctx, line.words())
}

// withoutLinks returns the file that a link to a database leads to, so that its locks and files lie in one place whatever
// it is called by. Any other path stays as it was typed.
func withoutLinks(path string) string {
	info, err := os.Lstat(path)
	if err != nil || info.Mode()&fs.ModeSymlink == 0 {
		return path
	}
	if target, err := filepath.EvalSymlinks(path); err == nil {
		return target
	}
	return path
}

// usageError turns what the flag parser says into a failure of usage.
func usageError(c *cli.Context, err error, _ bool) error {
	message := strings.Replace(err.Error(), " for flag -", " for flag --", 1)
	return &failure{status: statusUsage, cause: fmt.Errorf("reading the command line: %s", message), hint: helpHint(c.Command.Name)}
}

// readGlobals settles the global settings: the flag, or else the environment, or else the default.
func (p *program) readGlobals(c *cli.Context) error {
	p.quiet, p.verbose = c.Bool(flagQuiet), c.Bool(flagVerbose)
	p.database = withoutLinks(firstOf(c.String(flagDatabase), p.getenv("EXPERIMENT_DB"), defaultDatabase))
	if p.dataDir = c.String(flagDataDir); p.dataDir == "" {
		var err error
		if p.dataDir, err = p.usualDataDir(); err != nil {
			return machineFailure(err, "name the folder of the data sets with --data-dir")
		}
	}
	p.color = !c.Bool(flagNoColor) && p.getenv("NO_COLOR") == "" && p.getenv("TERM") != "dumb" && isTerminal(p.out)
	p.detail("database %s, data sets in %s", p.database, p.dataDir)
	var err error
	p.format, err = parseFormat(c.String(flagFormat))
	return err
}

// usualDataDir is the folder of the data sets where no flag names one.
func (p *program) usualDataDir() (string, error) {
	if named := p.getenv("EXPERIMENT_DATA"); named != "" {
		return named, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("finding the user's cache directory: %w", err)
	}
	return filepath.Join(cache, "experiment"), nil
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
