package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"
)

func (p *program) doctorCommand() *cli.Command {
	return &cli.Command{
		Name:  "doctor",
		Usage: "what this machine can do, and a remedy for what is wrong",
		Description: `Checks the worker, libtorch and its BLAS, threads, CUDA devices, the database,
the files of its runs and the data sets. A data set that is not there is no
error until a sweep needs it. The exit status is 1 where something is wrong.

With --repair it removes folders of runs that are not recorded and hold logs at
most, files that were not written to their end and checkpoints of runs that are
done, and records runs that lost their process as interrupted. It says on stderr
what it removes before it does, and leaves alone what a process is making, what
it does not know, and a database that is damaged.

Folders of runs that are not recorded but hold results or a checkpoint are kept:
the database may be an older copy that was put back. --repair --orphans removes
them, too.

Examples:
  experiment doctor
  experiment doctor --repair
  experiment doctor --repair --orphans
  experiment doctor --verify --format json`,
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "repair", Usage: "mend the database and the files of its runs"},
			&cli.BoolFlag{Name: "orphans", Usage: "with --repair, remove results that no recorded run has"},
			&cli.BoolFlag{Name: "verify", Usage: "read every file of every run and compare its checksum"},
		},
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			wanted := upkeepWanted{repair: c.Bool("repair"), orphans: c.Bool("orphans"), verify: c.Bool("verify")}
			if wanted.orphans && !wanted.repair {
				return usageFailure(errors.New("--orphans says what --repair removes, and there is no --repair"), helpHint("doctor"))
			}
			return p.doctor(c.Context, wanted)
		},
	}
}

// upkeepWanted is what the flags of doctor say about the files of the runs.
type upkeepWanted struct {
	repair  bool
	orphans bool // remove results that no recorded run has
	verify  bool // read every file
}

// verdict is how well something is.
type verdict string

const (
	good    verdict = "ok"
	warning verdict = "warning" // it works, and could work better
	wrong   verdict = "error"
)

// finding is one line of the doctor.
type finding struct {
	check   string
	verdict verdict
	text    string
	remedy  string // empty where all is well
}

func (p *program) doctor(ctx context.Context, wanted upkeepWanted) error {
	findings := []finding{{check: "program", verdict: good, text: strings.TrimPrefix(versionLine(), "experiment, ")}}
	findings = append(findings, checkWorker(ctx)...)
	findings = append(findings, checkThreads(p.getenv))
	database := p.checkDatabase(ctx)
	findings = append(findings, database)
	if exists(p.database) && database.verdict != wrong {
		findings = append(findings, p.checkFiles(ctx, wanted)...)
	} else if wanted.repair {
		findings = append(findings, finding{check: "repair", verdict: warning, text: "nothing was mended: without a sound database nothing proves what is of use"})
	}
	findings = append(findings, p.checkData()...)
	if err := p.writeFindings(findings); err != nil {
		return err
	}
	count := 0
	for _, f := range findings {
		if f.verdict == wrong {
			count++
		}
	}
	if count > 0 {
		return &failure{status: statusFailed, cause: fmt.Errorf("checking this machine: %s", plural(count, "thing is wrong", "things are wrong"))}
	}
	return nil
}

func (p *program) writeFindings(findings []finding) error {
	if p.format != formatTable {
		rows := make([][]any, len(findings))
		for i, f := range findings {
			rows[i] = []any{f.check, string(f.verdict), f.text, f.remedy}
		}
		return p.write(table{columns: []column{{name: "check"}, {name: "verdict"}, {name: "finding"}, {name: "remedy"}}, rows: rowsOf(rows)})
	}
	page := p.newPage()
	for _, f := range findings {
		page.finding(f)
	}
	return page.flush()
}

// finding writes a line of the doctor, and the remedy below it.
func (g *page) finding(f finding) {
	mark := fmt.Sprintf("%-7s", f.verdict)
	if code := map[verdict]string{good: "32", warning: "33", wrong: "31"}[f.verdict]; g.program.color {
		mark = "\x1b[" + code + "m" + mark + "\x1b[0m"
	}
	const margin = 21
	g.folded(fmt.Sprintf("%s  %-10s  ", mark, f.check), margin, f.text)
	if f.remedy != "" {
		g.folded(strings.Repeat(" ", margin), margin, "remedy: "+f.remedy)
	}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
