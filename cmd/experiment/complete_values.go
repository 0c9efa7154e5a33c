package main

import (
	"context"
	"slices"
	"strings"

	"experiment/internal/run"
	"experiment/internal/store"
	"experiment/pipelines/catalogue"
)

// fieldNames lists what runs can be chosen and sorted by.
func fieldNames() []string {
	return slices.Concat(store.ColumnNames(), settingNames(""), run.MetricNames[:])
}

// conditions returns the fields that start so or, behind a field and a comparison, the values that recorded runs have;
// none where these are many, or where the field is a metric.
func (p *program) conditions(ctx context.Context, start string) []string {
	const marks = "=<>~!"
	at := strings.IndexAny(start, marks)
	if at < 0 {
		return startingWith(start, fieldNames())
	}
	field, value := start[:at], strings.TrimLeft(start[at:], marks)
	if slices.Contains(run.MetricNames[:], field) {
		return nil
	}
	var values []string
	err := p.read(ctx, func(r *store.Reader) error {
		known, err := r.FieldValues(ctx, field, maxCandidates)
		for _, v := range known {
			if text := plain(v); text != "" {
				values = append(values, text)
			}
		}
		return err
	})
	if err != nil {
		return nil
	}
	return prefixed(strings.TrimSuffix(start, value), startingWith(value, values))
}

// settingNames lists the settings of all pipelines, each with an ending.
func settingNames(ending string) []string {
	var names []string
	add := func(path, name string) {
		if full := path + "." + name + ending; !slices.Contains(names, full) {
			names = append(names, full)
		}
	}
	for _, pipeline := range catalogue.Pipelines() {
		for _, section := range pipeline.Sections {
			if len(section.Choices) > 0 {
				add(section.Path, "name")
			}
			for _, parameter := range section.Parameters {
				add(section.Path, parameter.Name)
			}
			for _, choice := range section.Choices {
				for _, parameter := range choice.Parameters {
					add(section.Path, parameter.Name)
				}
			}
		}
	}
	return names
}

// predictionFiles returns the files of predictions that [NAME=]FILE may become.
func predictionFiles(current string) []string {
	name, path, named := strings.Cut(current, "=")
	if !named || strings.ContainsRune(name, '/') {
		return files(current, ".npy", ".csv")
	}
	var found []string
	for _, f := range files(path, ".npy", ".csv") {
		found = append(found, name+"="+f)
	}
	return found
}

// prefixed puts a start before every word.
func prefixed(start string, words []string) []string {
	whole := make([]string, len(words))
	for i, word := range words {
		whole[i] = start + word
	}
	return whole
}

// commaList returns what a comma list may become whose last word is one of the words.
func commaList(current string, words []string) []string {
	at := strings.LastIndexByte(current, ',') + 1
	var whole []string
	for _, word := range startingWith(current[at:], words) {
		whole = append(whole, current[:at]+word)
	}
	return whole
}

// lossTexts returns the losses that start so or, behind a loss and a comma, its parameters.
func lossTexts(current string) []string {
	loss, _, named := strings.Cut(current, ",")
	var names []string
	for _, choice := range catalogue.Losses() {
		if !named {
			names = append(names, choice.Name)
			continue
		}
		if choice.Name != loss {
			continue
		}
		for _, parameter := range choice.Parameters {
			names = append(names, parameter.Name+"=")
		}
	}
	return commaList(current, names)
}
