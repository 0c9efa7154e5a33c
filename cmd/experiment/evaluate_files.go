package main

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"experiment/internal/sweep"
)

// namedFile is a file of one model's predictions.
type namedFile struct {
	name string // of the model; empty where it has none
	path string
	word string // as typed
}

// parseNamedFiles reads the values of a flag. Several models need names to be told apart.
func parseNamedFiles(flag string, words []string) ([]namedFile, error) {
	var files []namedFile
	for _, word := range words {
		f, err := parseNamedFile(flag, word)
		if err != nil {
			return nil, err
		}
		if len(words) > 1 && f.name == "" {
			return nil, usageFailure(fmt.Errorf("reading --%s: %s has no name, which each of several models needs", flag, word),
				"as in --"+flag+" NAME="+word)
		}
		if slices.ContainsFunc(files, func(other namedFile) bool { return other.name == f.name }) {
			return nil, usageFailure(fmt.Errorf("reading --%s: the name %s is given twice", flag, f.name), "each model needs a name of its own")
		}
		files = append(files, f)
	}
	return files, nil
}

// parseNamedFile reads [NAME=]FILE. What stands before the first "=" is a name unless it is written like a
// path, so what a word means does not depend on which files there are.
func parseNamedFile(flag, word string) (namedFile, error) {
	name, path, found := strings.Cut(word, "=")
	if !found || strings.ContainsRune(name, '/') {
		return namedFile{path: word, word: word}, nil
	}
	if !sweep.ValidName(name) {
		return namedFile{}, usageFailure(
			fmt.Errorf("reading --%s: %q cannot name a model: a name has letters, digits, \".\", \"_\" and \"-\", at most 100, and starts with a letter or a digit", flag, name),
			"a file whose own name has \"=\" is written ./"+word)
	}
	if path == "" {
		return namedFile{}, usageFailure(fmt.Errorf("reading --%s: %s names no file", flag, word), "as in --"+flag+" "+name+"=FILE")
	}
	return namedFile{name, path, word}, nil
}

// parseFits reads the files that are fitted on, one for each model by its name, and returns them in the
// order of the models.
func parseFits(words []string, models []namedFile) ([]namedFile, error) {
	if len(words) == 0 {
		return nil, nil
	}
	given, err := parseNamedFiles("fit-logits", words)
	if err != nil {
		return nil, err
	}
	fits := make([]namedFile, len(models))
	for i, m := range models {
		at := slices.IndexFunc(given, func(f namedFile) bool { return f.name == m.name })
		if at < 0 {
			return nil, usageFailure(fmt.Errorf("reading --fit-logits: there is none%s", forModel(m.name)), "models and what they are fitted on are given by the same names, as in --fit-logits "+example(m.name))
		}
		fits[i] = given[at]
		given = slices.Delete(given, at, at+1)
	}
	if len(given) > 0 {
		names := make([]string, len(models))
		for i, m := range models {
			names[i] = m.name
		}
		return nil, usageFailure(fmt.Errorf("reading --fit-logits: there is no model %q", given[0].name), suggestion(given[0].name, names, "models: "+strings.Join(names, ", ")))
	}
	return fits, nil
}

func forModel(name string) string {
	if name == "" {
		return " without a name, as the model is"
	}
	return " for the model " + name
}

func example(name string) string {
	if name == "" {
		return "FILE"
	}
	return name + "=FILE"
}

// failure says what is wrong with a file, and how to write a file's name that was taken for a model's.
func (f namedFile) failure(err error) error {
	hint := ""
	if errors.Is(err, fs.ErrNotExist) && f.path != f.word && exists(f.word) {
		hint = "to read the file " + f.word + ", write ./" + f.word
	}
	return usageFailure(err, hint)
}
