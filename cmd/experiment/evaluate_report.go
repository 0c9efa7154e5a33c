package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"experiment/internal/evaluation"
	"experiment/internal/report"
)

// writeEvaluationReport writes the report and its figures into the folder that was asked for.
func (p *program) writeEvaluationReport(r evaluateRequest, result evaluation.Result) error {
	files, err := readFiles(r)
	if err != nil {
		return err
	}
	document, err := report.BuildEvaluation(report.Evaluation{Result: result, Files: files, Commit: knownCommit(), Command: r.command()})
	if err != nil {
		return err
	}
	path := filepath.Join(r.output, "evaluation.md")
	if err := writeDocument(path, document, r.png); err != nil {
		return outputFailure(err)
	}
	p.note("the report is in %s", path)
	if !r.html {
		return nil
	}
	page, err := document.HTML()
	if err != nil {
		return err
	}
	path = filepath.Join(r.output, "evaluation"+htmlExtension)
	if err := writeFile(path, page); err != nil {
		return outputFailure(err)
	}
	p.note("and as a page in %s", path)
	return nil
}

// outputFailure says that a report cannot be written where it was asked for.
func outputFailure(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return err
	}
	return machineFailure(err, "write the report elsewhere with --output DIR")
}

// prepareOutput creates the folder of a report where it is missing, and writes a file there to try whether one can
// be, which is then removed.
func prepareOutput(folder string) error {
	if folder == "" {
		return nil
	}
	err := os.MkdirAll(folder, 0o777)
	if err == nil {
		err = tryToWrite(folder)
	}
	var place *fs.PathError
	if errors.As(err, &place) {
		err = place.Err // the folder is named already
	}
	if err != nil {
		return outputFailure(fmt.Errorf("writing a report into %s: %w", folder, err))
	}
	return nil
}

func tryToWrite(folder string) error {
	file, err := os.CreateTemp(folder, ".evaluation.*")
	if err != nil {
		return err
	}
	return errors.Join(file.Close(), os.Remove(file.Name()))
}

// readFiles lists the files that were read, with their checksums.
func readFiles(r evaluateRequest) ([]report.ReadFile, error) {
	what := "logits"
	if r.probabilities {
		what = "probabilities"
	}
	var files []report.ReadFile
	add := func(role, path string) error {
		sum, err := checksum(path)
		files = append(files, report.ReadFile{Role: role, Path: path, SHA256: sum})
		return err
	}
	var err error
	for _, m := range r.models {
		err = errors.Join(err, add(what+ofModel(m.name), m.path))
	}
	err = errors.Join(err, add("labels", r.labels))
	for _, f := range r.fits {
		err = errors.Join(err, add("logits"+ofModel(f.name)+" to fit on", f.path))
	}
	if r.fits != nil {
		err = errors.Join(err, add("labels to fit on", r.fitLabels))
	}
	return files, err
}

// checksum returns the SHA-256 of a regular file, and nothing for a pipe, which cannot be read twice.
func checksum(path string) (sum string, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("reading %s: %w", path, err)
	}
	if !info.Mode().IsRegular() {
		return "", nil
	}
	file, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("reading %s: %w", path, err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "", fmt.Errorf("reading %s: %w", path, err)
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// command returns what to type for the same request, every file by its name.
func (r evaluateRequest) command() string {
	flag := "--logits"
	if r.probabilities {
		flag = "--probabilities"
	}
	words := []string{"experiment", "evaluate"}
	for _, m := range r.models {
		words = append(words, flag, m.word)
	}
	words = append(words, "--labels", r.labels)
	for _, f := range r.fits {
		words = append(words, "--fit-logits", f.word)
	}
	if r.fits != nil {
		words = append(words, "--fit-labels", r.fitLabels, "--fit", string(r.options.Method))
	}
	if len(r.options.Metrics) > 0 {
		words = append(words, "--metrics", strings.Join(r.options.Metrics, ","))
	}
	for _, l := range r.losses {
		words = append(words, "--loss", l.text)
	}
	words = append(words, "--bins", strconv.Itoa(r.options.Bins))
	if draws := r.options.Bootstrap.Draws; draws > 0 {
		words = append(words, "--bootstrap", strconv.Itoa(draws))
	}
	words = append(words, "--output", r.output)
	if r.html {
		words = append(words, "--html")
	}
	if r.png {
		words = append(words, "--png")
	}
	for i, word := range words {
		words[i] = shellWord(word)
	}
	return strings.Join(words, " ")
}

// shellWord quotes a word that a shell would take for more than itself.
func shellWord(word string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=,:+@%"
	if word != "" && strings.Trim(word, plain) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
