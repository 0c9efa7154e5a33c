package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"experiment/internal/evaluation"
	"experiment/pipelines/calibration"
)

// evaluateRequest is what the flags of evaluate ask for.
type evaluateRequest struct {
	probabilities bool // the models are files of probabilities, not of logits
	models        []namedFile
	labels        string
	fits          []namedFile // of each model; nil where nothing is fitted
	fitLabels     string
	losses        []lossChoice
	options       evaluation.Options
	output        string // folder; empty where no report is asked for
	html          bool   // the report as a page too
	png           bool   // its figures as PNG too
}

// The seed and the level of every evaluation.
const (
	bootstrapSeed  = 1
	bootstrapLevel = 0.95
)

func readEvaluateFlags(c *cli.Context) (evaluateRequest, error) {
	if err := checkEvaluateFlags(c); err != nil {
		return evaluateRequest{}, usageFailure(err, helpHint("evaluate"))
	}
	r := evaluateRequest{
		probabilities: c.IsSet("probabilities"), labels: c.String("labels"), fitLabels: c.String("fit-labels"), output: c.String("output"), html: c.Bool("html"), png: c.Bool("png"),
		options: evaluation.Options{
			Bins:      c.Int("bins"),
			Method:    evaluation.Method(c.String("fit")),
			Bootstrap: evaluation.Bootstrap{Draws: c.Int("bootstrap"), Seed: bootstrapSeed, Level: bootstrapLevel},
		},
	}
	flag := "logits"
	if r.probabilities {
		flag = "probabilities"
	}
	var err error
	if r.models, err = parseNamedFiles(flag, c.StringSlice(flag)); err != nil {
		return evaluateRequest{}, err
	}
	if r.fits, err = parseFits(c.StringSlice("fit-logits"), r.models); err != nil {
		return evaluateRequest{}, err
	}
	if r.options.Metrics, err = parseMetrics(c.StringSlice("metrics")); err != nil {
		return evaluateRequest{}, err
	}
	r.losses, err = parseLosses(c.StringSlice("loss"), r.probabilities)
	return r, err
}

func checkEvaluateFlags(c *cli.Context) error {
	for _, name := range []string{"logits", "probabilities", "labels", "fit-logits", "fit-labels", "output"} {
		if c.IsSet(name) && (c.String(name) == "" && c.StringSlice(name) == nil || slices.Contains(c.StringSlice(name), "")) {
			return fmt.Errorf("--%s is empty", name)
		}
	}
	switch bins, draws := c.Int("bins"), c.Int("bootstrap"); {
	case c.IsSet("logits") == c.IsSet("probabilities"):
		return errors.New("evaluate needs either --logits or --probabilities")
	case !c.IsSet("labels"):
		return errors.New("evaluate needs --labels")
	case c.IsSet("fit-logits") != c.IsSet("fit-labels"):
		return errors.New("--fit-logits and --fit-labels go together")
	case c.IsSet("fit-logits") && !c.IsSet("logits"):
		return errors.New("a temperature divides logits: --fit-logits goes with --logits")
	case c.IsSet("fit") && !c.IsSet("fit-logits"):
		return errors.New("--fit goes with --fit-logits and --fit-labels, which say on what")
	case !slices.Contains(evaluation.Methods(), c.String("fit")):
		return fmt.Errorf("unknown method %q of --fit: there are %s", c.String("fit"), strings.Join(evaluation.Methods(), ", "))
	case c.Bool("html") && !c.IsSet("output"):
		return errors.New("--html goes with --output, which says where the report is written")
	case c.Bool("png") && !c.IsSet("output"):
		return errors.New("--png goes with --output, which says where the report is written")
	case bins < 1 || bins > calibration.MaxBins:
		return fmt.Errorf("%d bins: the number must be from 1 to %d", bins, calibration.MaxBins)
	case draws < 0 || draws > 0 && draws < calibration.FewestDraws:
		return fmt.Errorf("--bootstrap %d: intervals at level %v need at least %d draws", draws, bootstrapLevel, calibration.FewestDraws)
	}
	return nil
}

// parseMetrics reads comma lists of metrics; none means all.
func parseMetrics(lists []string) ([]string, error) {
	known := append(calibration.MetricNames(), calibration.TruthNames()...)
	var names []string
	for _, list := range lists {
		for name := range strings.SplitSeq(list, ",") {
			name = strings.TrimSpace(name)
			if !slices.Contains(known, name) {
				return nil, usageFailure(fmt.Errorf("reading --metrics: there is no metric %q", name), suggestion(name, known, "metrics: "+strings.Join(known, ", ")))
			}
			names = append(names, name)
		}
	}
	return names, nil
}
