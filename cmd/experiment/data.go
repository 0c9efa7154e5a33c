package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"experiment/pipelines/dataset"
)

func (p *program) dataCommand() *cli.Command {
	return &cli.Command{
		Name:      "data",
		Usage:     "lists, downloads and verifies data sets",
		ArgsUsage: "ls | fetch NAME... | verify [NAME...]",
		Description: `data ls lists the data sets that a sweep may name: what there is of each, where,
its licence and its publisher. data fetch downloads what is missing, and what is
not as published, which it puts aside and never removes. data verify compares
checksums with the published ones, of all data sets that are there where none is
named; its exit status is 1 where one differs, and 3 where a file is missing.

The files lie in DATA/NAME/, packed with gzip or not; DATA is --data-dir. What
counts are their contents, whoever packed them. A download that was stopped goes
on where it ended. --url takes another server than the publisher's: one with the
files at URL/NAME/FILE.gz, as any folder DATA is when it is served. A proxy is
taken from HTTPS_PROXY and HTTP_PROXY.

Examples:
  experiment data ls
  experiment data fetch mnist fashion-mnist
  experiment data fetch mnist --url https://mirror.example.org/data
  experiment data verify --format json`,
		Flags: []cli.Flag{&cli.StringFlag{Name: flagURL, Usage: "fetch from `URL`/NAME/FILE.gz (EXPERIMENT_DATA_URL)"}},
		Action: func(c *cli.Context) error {
			verb, names := c.Args().First(), c.Args().Tail()
			if c.IsSet(flagURL) && verb != verbFetch {
				return usageFailure(fmt.Errorf("--%s goes with data %s", flagURL, verbFetch), helpHint("data"))
			}
			switch verb {
			case verbList:
				return p.dataList(names)
			case verbFetch:
				return p.dataFetch(c.Context, names, c.String(flagURL))
			case verbVerify:
				return p.dataVerify(names)
			case "":
				return usageFailure(errors.New("data needs a word more: "+strings.Join(dataVerbs(), ", ")), helpHint("data"))
			}
			return usageFailure(fmt.Errorf("unknown command %q", "data "+verb), suggestion(verb, dataVerbs(), helpHint("data")))
		},
	}
}

const flagURL = "url"

// What the command data does.
const (
	verbList   = "ls"
	verbFetch  = "fetch"
	verbVerify = "verify"
)

func dataVerbs() []string { return []string{verbList, verbFetch, verbVerify} }

// dataSetNames lists the names of all data sets.
func dataSetNames() []string {
	var names []string
	for _, known := range dataset.List() {
		names = append(names, known.Name)
	}
	return names
}

// findDataSets returns the data sets of some names, each once.
func findDataSets(names []string) ([]dataset.Known, error) {
	var found []dataset.Known
	for _, name := range names {
		known, err := dataset.Find(name)
		if err != nil {
			return nil, usageFailure(fmt.Errorf("there is no data set %q", name),
				suggestion(name, dataSetNames(), "data sets: "+strings.Join(dataSetNames(), ", ")))
		}
		if !slices.ContainsFunc(found, func(k dataset.Known) bool { return k.Name == known.Name }) {
			found = append(found, known)
		}
	}
	return found, nil
}

// fetchCommand is the command line that downloads data sets to where this one looks for them.
func (p *program) fetchCommand(names ...string) string {
	words := append([]string{"experiment", "data", verbFetch}, names...)
	if usual, err := p.usualDataDir(); err != nil || usual != p.dataDir {
		words = append(words, "--"+flagDataDir, quoted(p.dataDir))
	}
	return strings.Join(words, " ")
}

// quoted writes a word as a shell reads it.
func quoted(word string) string {
	if !strings.ContainsAny(word, " \t\n'\"\\$`&;|<>()*?[]#~!{}") {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// fetchHint says how data sets that are missing or damaged are had.
func (p *program) fetchHint(names ...string) string {
	return p.fetchCommand(names...) + "\nor name the folder that holds " + strings.Join(names, "/ and ") + "/ with --data-dir or EXPERIMENT_DATA"
}
