package main

import (
	"embed"
	"fmt"

	"github.com/urfave/cli/v2"
)

//go:embed completion
var completionScripts embed.FS

func shells() []string { return []string{"bash", "zsh", "fish"} }

func (p *program) completionCommand() *cli.Command {
	return &cli.Command{
		Name:      "completion",
		Usage:     "a script that completes what is typed in a shell",
		ArgsUsage: "bash|zsh|fish",
		Description: `Prints a script for the shell to read. The program itself answers what fits,
from the database that --db or EXPERIMENT_DB names.

Examples:
  source <(experiment completion bash)     in ~/.bashrc
  source <(experiment completion zsh)      in ~/.zshrc, after compinit
  experiment completion fish > ~/.config/fish/completions/experiment.fish`,
		Action: func(c *cli.Context) error {
			shell, err := oneArgument(c, "the name of a shell: bash, zsh or fish")
			if err != nil {
				return err
			}
			script, err := completionScripts.ReadFile("completion/experiment." + shell)
			if err != nil {
				return usageFailure(fmt.Errorf("there is no completion for %q", shell), suggestion(shell, shells(), "shells: bash, zsh, fish"))
			}
			_, err = p.out.Write(script)
			return err
		},
	}
}
