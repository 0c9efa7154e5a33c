package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
	"pgregory.net/rapid"
)

func testProgram() *program {
	return &program{getenv: func(string) string { return "" }}
}

// What stands where on the command line makes no difference: arrange gives the flags in their order, and
// the arguments in theirs.
func TestArrangeFindsFlagsAnywhere(t *testing.T) {
	commands := testProgram().commands()
	rapid.Check(t, func(t *rapid.T) {
		command := rapid.SampledFrom(commands).Draw(t, "command")
		var flags [][]string // as typed
		var wanted []string  // as arranged
		for range rapid.IntRange(0, 5).Draw(t, "flags") {
			flag := rapid.SampledFrom(ordinaryFlags(command)).Draw(t, "flag")
			typed, arranged := drawFlag(t, flag)
			flags, wanted = append(flags, typed), append(wanted, arranged)
		}
		arguments := rapid.SliceOfN(rapid.StringMatching(`[a-zA-Z0-9_/ =,.]{1,8}|-`), 0, 4).Draw(t, "arguments")
		behind := rapid.SliceOfN(rapid.StringMatching(`-{0,3}[a-z=]{0,4}`), 0, 3).Draw(t, "behind")

		args := shuffle(t, flags, append([]string{command.Name}, arguments...))
		if len(behind) > 0 {
			args = append(append(args, "--"), behind...)
		}
		line, err := arrange(commands, args)
		if err != nil {
			t.Fatalf("arrange(%q): %v", args, err)
		}
		if line.command.Name != command.Name {
			t.Fatalf("arrange(%q) finds the command %s", args, line.command.Name)
		}
		if !slices.Equal(line.flags, wanted) {
			t.Fatalf("arrange(%q) finds the flags %q, want %q", args, line.flags, wanted)
		}
		if all := slices.Concat(arguments, behind); !slices.Equal(line.arguments, all) {
			t.Fatalf("arrange(%q) finds the arguments %q, want %q", args, line.arguments, all)
		}
		again, err := arrange(commands, line.words()[1:])
		if err != nil || !slices.Equal(again.words(), line.words()) {
			t.Fatalf("arranging %q again gives %q, %v", line.words(), again.words(), err)
		}
	})
}

// ordinaryFlags are those of a command, but for the two that end it.
func ordinaryFlags(command *cli.Command) []cli.Flag {
	return slices.DeleteFunc(append(globalFlags(), command.Flags...), func(f cli.Flag) bool {
		return slices.Contains([]string{flagHelp, flagVersion}, f.Names()[0])
	})
}

func drawFlag(t *rapid.T, flag cli.Flag) (typed []string, arranged string) {
	name := rapid.SampledFrom(flag.Names()).Draw(t, "name")
	word := rapid.SampledFrom([]string{"-", "--"}).Draw(t, "dashes") + name
	arranged = "--" + flag.Names()[0]
	if !takesValue(flag) {
		return []string{word}, arranged
	}
	value := rapid.StringMatching(`-{0,2}[a-z=, ]{0,5}`).Draw(t, "value")
	arranged += "=" + value
	if rapid.Bool().Draw(t, "joined") {
		return []string{word + "=" + value}, arranged
	}
	return []string{word, value}, arranged
}

// shuffle mixes flags and arguments, each in their order.
func shuffle(t *rapid.T, flags [][]string, arguments []string) []string {
	var args []string
	for len(flags) > 0 || len(arguments) > 0 {
		if len(arguments) == 0 || len(flags) > 0 && rapid.Bool().Draw(t, "flag next") {
			args, flags = append(args, flags[0]...), flags[1:]
		} else {
			args, arguments = append(args, arguments[0]), arguments[1:]
		}
	}
	return args
}

func FuzzArrange(f *testing.F) {
	for _, line := range []string{"", "run a --db=x -n", "--", "-- ls", "--limit", "ls --limit -- 3", "help run", "-", "---", "--=", "ls -h --version"} {
		f.Add(line)
	}
	commands := testProgram().commands()
	f.Fuzz(func(t *testing.T, text string) {
		line, err := arrange(commands, strings.Split(text, " "))
		if err != nil || line.command == nil {
			return
		}
		again, err := arrange(commands, line.words()[1:])
		if err != nil {
			t.Fatalf("arranging %q again: %v", line.words(), err)
		}
		if !slices.Equal(again.words(), line.words()) {
			t.Fatalf("arranging %q again gives %q", line.words(), again.words())
		}
	})
}

// A flag can be read before its command is known only if its name means the same everywhere.
func TestFlagsTakeValuesEverywhereOrNowhere(t *testing.T) {
	takes := map[string]bool{}
	for _, f := range globalFlags() {
		for _, name := range f.Names() {
			takes[name] = takesValue(f)
		}
	}
	for _, c := range testProgram().commands() {
		for _, f := range c.Flags {
			for _, name := range f.Names() {
				if before, known := takes[name]; known && before != takesValue(f) {
					t.Errorf("%s: flag %s takes a value here or elsewhere, not in both places", c.Name, name)
				}
				takes[name] = takesValue(f)
			}
		}
	}
}
