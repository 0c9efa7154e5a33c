package main

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/clipperhouse/displaywidth"
	"github.com/urfave/cli/v2"
)

const programIntroduction = `experiment runs sweeps over loss functions and hyperparameters on libtorch,
records accuracy, NLL, ECE and more in one SQLite file, and compares.
`

const programExamples = `Examples:
  experiment run sweeps/quickstart.yaml   train what is missing, and compare
  experiment report quickstart            write the report with its figures
  experiment ls --sort ece --limit 10     the ten best calibrated runs
  experiment doctor                       what this machine can do

Flags may stand anywhere; "--" ends them. RUN is a key or any unique prefix of
one. SWEEP is a sweep file, or the name of a sweep that was run.

Exit status: 0 all well; 1 some runs failed or a check did not hold; 2 wrong
usage or a wrong sweep file; 3 the machine lacks something; 128 + signal when
stopped.
`

// writeProgramHelp explains the program.
func (p *program) writeProgramHelp(commands []*cli.Command) error {
	out := bufio.NewWriter(p.out)
	fmt.Fprintf(out, "%s\nUsage:\n  experiment COMMAND [FLAGS] [ARGUMENTS]\n\nCommands:\n", programIntroduction)
	lines := make([][2]string, len(commands))
	for i, c := range commands {
		lines[i] = [2]string{c.Name, c.Usage}
	}
	writePairs(out, lines)
	fmt.Fprintf(out, "\nexperiment COMMAND --help explains a command.\n\nGlobal flags:\n")
	writePairs(out, flagLines(globalFlags()))
	fmt.Fprintf(out, "\n%s", programExamples)
	return out.Flush()
}

// writeCommandHelp explains one command. Its description ends in examples.
func (p *program) writeCommandHelp(c *cli.Command) error {
	out := bufio.NewWriter(p.out)
	usage := strings.TrimRight("experiment "+c.Name+" [FLAGS] "+c.ArgsUsage, " ")
	fmt.Fprintf(out, "experiment %s: %s\n\nUsage:\n  %s\n", c.Name, c.Usage, usage)
	fmt.Fprintf(out, "\n%s\n", strings.TrimSpace(c.Description))
	if len(c.Flags) > 0 {
		fmt.Fprintf(out, "\nFlags:\n")
		writePairs(out, flagLines(c.Flags))
	}
	fmt.Fprintf(out, "\nGlobal flags:\n")
	writePairs(out, flagLines(globalFlags()))
	return out.Flush()
}

// flagLines returns what is typed for each flag, and what it does.
func flagLines(flags []cli.Flag) [][2]string {
	var lines [][2]string
	for _, f := range flags {
		documented, ok := f.(cli.DocGenerationFlag)
		if !ok {
			continue
		}
		var names []string
		for _, name := range f.Names() {
			names = append(names, dashed(name))
		}
		typed, usage := strings.Join(names, ", "), documented.GetUsage()
		if placeholder := placeholderOf(usage); placeholder != "" {
			typed += " " + placeholder
		}
		lines = append(lines, [2]string{typed, strings.ReplaceAll(usage, "`", "")})
	}
	return lines
}

// placeholderOf returns the word of a flag's usage that stands between backquotes.
func placeholderOf(usage string) string {
	_, rest, _ := strings.Cut(usage, "`")
	word, _, _ := strings.Cut(rest, "`")
	return word
}

// helpWidth is how many columns a help text has, whatever the terminal has.
const helpWidth = 80

// writePairs writes names and what they mean as two columns.
func writePairs(out *bufio.Writer, pairs [][2]string) {
	widest := 0
	for _, pair := range pairs {
		widest = max(widest, displaywidth.String(pair[0]))
	}
	for _, pair := range pairs {
		padding := strings.Repeat(" ", widest-displaywidth.String(pair[0]))
		for _, line := range fold("  "+pair[0]+padding+"   ", widest+5, pair[1], helpWidth) {
			fmt.Fprintln(out, line)
		}
	}
}
