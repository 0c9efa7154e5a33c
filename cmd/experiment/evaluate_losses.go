package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"experiment/internal/protocol"
	"experiment/pipelines/catalogue"
)

// lossChoice is a loss as --loss chooses it.
type lossChoice struct {
	text    string // as typed
	loss    protocol.Loss
	ofBatch bool
}

// parseLosses reads the values of --loss.
func parseLosses(texts []string, probabilities bool) ([]lossChoice, error) {
	var losses []lossChoice
	for _, text := range texts {
		if slices.ContainsFunc(losses, func(other lossChoice) bool { return other.text == text }) {
			return nil, usageFailure(fmt.Errorf("reading --loss: %s is given twice", text), "")
		}
		l, err := parseLoss(text, probabilities)
		if err != nil {
			return nil, err
		}
		losses = append(losses, l)
	}
	return losses, nil
}

// parseLoss reads NAME,PARAMETER=VALUE,... against the catalogue. Parameters that are left out have their
// defaults.
func parseLoss(text string, probabilities bool) (lossChoice, error) {
	name, rest, hasParameters := strings.Cut(text, ",")
	name = strings.TrimSpace(name)
	known := catalogue.Losses()
	i := slices.IndexFunc(known, func(c catalogue.Choice) bool { return c.Name == name })
	if i < 0 {
		names := make([]string, len(known))
		for i, c := range known {
			names[i] = c.Name
		}
		return lossChoice{}, usageFailure(fmt.Errorf("reading --loss %s: there is no loss %q", text, name), suggestion(name, names, "experiment losses lists them"))
	}
	choice := known[i]
	if choice.OfLogits && probabilities {
		return lossChoice{}, usageFailure(fmt.Errorf("reading --loss %s: probabilities do not determine this loss, which changes when a number is added to all logits of an example", text), "give --logits")
	}
	given := map[string]float64{}
	if hasParameters {
		for setting := range strings.SplitSeq(rest, ",") {
			if err := parseLossSetting(choice, setting, given); err != nil {
				return lossChoice{}, &failure{statusUsage, fmt.Errorf("reading --loss %s: %w", text, err), classify(err).hint}
			}
		}
	}
	l := lossChoice{text: text, ofBatch: choice.OfBatch, loss: protocol.Loss{Name: choice.Name, Parameters: []float64{}}}
	for _, q := range choice.Parameters {
		value, ok := given[q.Name]
		if !ok {
			value, ok = q.Default.(float64)
		}
		if !ok {
			return lossChoice{}, fmt.Errorf("reading --loss %s: the default of %s, %v, is not a number", text, q.Name, q.Default)
		}
		l.loss.Parameters = append(l.loss.Parameters, value)
	}
	return l, nil
}

// parseLossSetting adds one PARAMETER=VALUE of a loss to those given.
func parseLossSetting(choice catalogue.Choice, setting string, given map[string]float64) error {
	name, text, found := strings.Cut(setting, "=")
	name, text = strings.TrimSpace(name), strings.TrimSpace(text)
	parameter, known := choice.Parameter(name)
	switch {
	case !known && len(choice.Parameters) == 0:
		return usageFailure(fmt.Errorf("%s has no parameters", choice.Name), "")
	case !known:
		var names []string
		for _, q := range choice.Parameters {
			names = append(names, q.Name)
		}
		return usageFailure(fmt.Errorf("%s has no parameter %q", choice.Name, name), suggestion(name, names, choice.Name+" has "+strings.Join(names, ", ")))
	case !found:
		return usageFailure(fmt.Errorf("%s has no value", name), "as in "+name+"="+catalogue.FormatValue(parameter.Default))
	}
	if _, twice := given[name]; twice {
		return usageFailure(fmt.Errorf("%s is given twice", name), "")
	}
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return usageFailure(fmt.Errorf("%s is %q, which is not a number", name, text), "")
	}
	if !parameter.Contains(value) {
		return usageFailure(fmt.Errorf("%s is %s, which is out of range", name, text), "allowed: "+parameter.Range())
	}
	given[name] = value
	return nil
}
