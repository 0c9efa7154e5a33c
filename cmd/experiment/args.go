package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// commandLine is a command line put in order: flags may have stood anywhere in it.
type commandLine struct {
	command   *cli.Command // nil where none was named
	flags     []string     // "--name" or "--name=value", by full name, in the order given
	arguments []string
	help      bool
	version   bool
}

// words returns the command line as a parser that stops at the first argument reads it.
func (l commandLine) words() []string {
	words := append([]string{"experiment", l.command.Name}, l.flags...)
	return append(append(words, "--"), l.arguments...)
}

// arrange sorts args, which come without the program's name, into command, flags and arguments. A flag
// may stand before or after the command and its arguments; "--" ends the flags. It refuses a command or
// a flag that does not exist, a flag of another command, and a flag that lacks its value.
func arrange(commands []*cli.Command, args []string) (commandLine, error) {
	known := flagTable(commands)
	var line commandLine
	var given []givenFlag
	for i := 0; i < len(args); i++ {
		word := args[i]
		if word == "--" {
			line.arguments = append(line.arguments, args[i+1:]...)
			break
		}
		if len(word) < 2 || word[0] != '-' {
			line.arguments = append(line.arguments, word)
			continue
		}
		flag := parseFlag(word)
		if definition, ok := known[flag.name]; ok {
			flag.definition = definition
			if takesValue(definition) && !flag.hasValue && i+1 < len(args) {
				i++
				flag.value, flag.hasValue = args[i], true
			}
		}
		given = append(given, flag)
	}
	if err := line.takeCommand(commands); err != nil {
		return commandLine{}, err
	}
	for _, flag := range given {
		if err := line.addFlag(commands, flag); err != nil {
			return commandLine{}, err
		}
	}
	return line, nil
}

// takeCommand makes the first argument the command. "help COMMAND" is "COMMAND --help".
func (l *commandLine) takeCommand(commands []*cli.Command) error {
	if len(l.arguments) == 0 {
		return nil
	}
	if l.arguments[0] == "help" {
		l.help = true
		l.arguments = l.arguments[1:]
		if len(l.arguments) == 0 {
			return nil
		}
	}
	name := l.arguments[0]
	i := slices.IndexFunc(commands, func(c *cli.Command) bool { return c.Name == name })
	if i < 0 {
		names := make([]string, len(commands))
		for i, c := range commands {
			names[i] = c.Name
		}
		return usageFailure(fmt.Errorf("unknown command %q", name), suggestion(name, names, "experiment --help lists the commands"))
	}
	l.command, l.arguments = commands[i], l.arguments[1:]
	return nil
}

// addFlag checks a flag and adds it under its full name.
func (l *commandLine) addFlag(commands []*cli.Command, flag givenFlag) error {
	own := globalFlags()
	command := ""
	if l.command != nil {
		own = append(own, l.command.Flags...)
		command = l.command.Name
	}
	if !hasFlag(own, flag.name) {
		return unknownFlag(commands, own, command, flag)
	}
	name := flag.definition.Names()[0]
	switch {
	case name == flagHelp:
		l.help = true
	case name == flagVersion:
		l.version = true
	case flag.hasValue:
		l.flags = append(l.flags, "--"+name+"="+flag.value)
	case takesValue(flag.definition):
		return usageFailure(fmt.Errorf("flag %s needs a value", flag.word()), helpHint(command))
	default:
		l.flags = append(l.flags, "--"+name)
	}
	return nil
}

func unknownFlag(commands []*cli.Command, own []cli.Flag, command string, flag givenFlag) error {
	var owners []string
	for _, c := range commands {
		if hasFlag(c.Flags, flag.name) {
			owners = append(owners, c.Name)
		}
	}
	switch {
	case command == "" && len(owners) > 0:
		return usageFailure(fmt.Errorf("flag %s without a command", flag.word()), "commands that have it: "+strings.Join(owners, ", "))
	case len(owners) > 0:
		return usageFailure(fmt.Errorf("%s has no flag %s", command, flag.word()), "commands that have it: "+strings.Join(owners, ", "))
	}
	var names []string
	for _, f := range own {
		names = append(names, dashed(f.Names()[0]))
	}
	return usageFailure(fmt.Errorf("unknown flag %s", flag.word()), suggestion(dashed(flag.name), names, helpHint(command)))
}

// givenFlag is a flag as it stood on the command line.
type givenFlag struct {
	name       string
	value      string
	hasValue   bool
	definition cli.Flag // nil where it is unknown
}

func (f givenFlag) word() string { return dashed(f.name) }

// dashed writes a flag's name as it is typed: -n, --dry-run.
func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

func parseFlag(word string) givenFlag {
	name, value, hasValue := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(word, "-"), "-"), "=")
	return givenFlag{name: name, value: value, hasValue: hasValue}
}

// flagTable lists the flags of all commands by name. A name means the same to every command that has it
// as far as it takes a value or not, so that a flag can be read before the command is known.
func flagTable(commands []*cli.Command) map[string]cli.Flag {
	table := map[string]cli.Flag{}
	for _, c := range commands {
		for _, f := range c.Flags {
			for _, name := range f.Names() {
				table[name] = f
			}
		}
	}
	for _, f := range globalFlags() {
		for _, name := range f.Names() {
			table[name] = f
		}
	}
	return table
}

func hasFlag(flags []cli.Flag, name string) bool {
	return slices.ContainsFunc(flags, func(f cli.Flag) bool { return slices.Contains(f.Names(), name) })
}

func takesValue(f cli.Flag) bool {
	documented, ok := f.(cli.DocGenerationFlag)
	return ok && documented.TakesValue()
}

// oneArgument returns the only argument of a command, or says what it should have been.
func oneArgument(c *cli.Context, what string) (string, error) {
	switch c.NArg() {
	case 1:
		return c.Args().First(), nil
	case 0:
		return "", usageFailure(fmt.Errorf("%s needs %s", c.Command.Name, what), helpHint(c.Command.Name))
	default:
		return "", usageFailure(fmt.Errorf("%s takes %s, and here are %d arguments", c.Command.Name, what, c.NArg()), helpHint(c.Command.Name))
	}
}

// noArguments says that a command takes none, where there are some.
func noArguments(c *cli.Context) error {
	if c.NArg() == 0 {
		return nil
	}
	return usageFailure(fmt.Errorf("%s takes no arguments, and here is %q", c.Command.Name, c.Args().First()), helpHint(c.Command.Name))
}
