package main

import (
	"encoding/json"
	"strings"

	"github.com/urfave/cli/v2"

	"experiment/pipelines/catalogue"
)

func (p *program) lossesCommand() *cli.Command {
	return &cli.Command{
		Name:  "losses",
		Usage: "the losses: formulas, parameters with their ranges, sources",
		Description: `Lists the losses that a sweep may name. p is the distribution of the labels, q
the softmax of the logits z over K classes, U the uniform distribution;
logarithms are natural.

Examples:
  experiment losses
  experiment losses --format json`,
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			if p.format == formatTable {
				return p.writeLosses(catalogue.Losses())
			}
			t, err := lossTable(catalogue.Losses())
			if err != nil {
				return err
			}
			return p.write(t)
		},
	}
}

// lossParameter is a parameter of a loss in data.
type lossParameter struct {
	Name    string `json:"name"`
	Symbol  string `json:"symbol"`
	Default any    `json:"default"`
	Range   string `json:"range"`
	Doc     string `json:"doc"`
}

// lossTable has one row a loss. Its parameters are JSON in data, and short for people.
func lossTable(losses []catalogue.Choice) (table, error) {
	rows := make([][]any, len(losses))
	for i, loss := range losses {
		parameters := []lossParameter{}
		for _, q := range loss.Parameters {
			parameters = append(parameters, lossParameter{q.Name, q.Symbol, q.Default, q.Range(), q.Doc})
		}
		encoded, err := marshal(parameters)
		if err != nil {
			return table{}, err
		}
		rows[i] = []any{loss.Name, loss.Formula, parametersInShort(loss), loss.Doc, loss.Source, json.RawMessage(encoded)}
	}
	return table{
		columns: []column{
			{name: "name", title: "loss"}, {name: "formula"}, {name: "summary", title: "parameters"}, {name: "doc", title: "what it is"},
			{name: "source"}, {name: "parameters", dataOnly: true},
		},
		rows: rowsOf(rows),
	}, nil
}

// parametersInShort reads "gamma (γ), ≥ 0, default 3".
func parametersInShort(loss catalogue.Choice) string {
	var texts []string
	for _, q := range loss.Parameters {
		text := q.Name
		if q.Symbol != "" {
			text += " (" + q.Symbol + ")"
		}
		if r := q.Range(); r != "" {
			text += ", " + r
		}
		texts = append(texts, text+", default "+catalogue.FormatValue(q.Default))
	}
	return strings.Join(texts, "; ")
}

// writeLosses writes the losses as paragraphs: formulas are too long for the columns of a terminal.
func (p *program) writeLosses(losses []catalogue.Choice) error {
	page := p.newPage()
	for i, loss := range losses {
		if i > 0 {
			page.blank()
		}
		page.heading(loss.Name)
		page.indented(loss.Formula)
		page.indented(loss.Doc)
		for _, q := range loss.Parameters {
			page.indented(parametersInShort(catalogue.Choice{Parameters: []catalogue.Parameter{q}}) + ": " + q.Doc)
		}
		page.indented(loss.Source)
	}
	return page.flush()
}
