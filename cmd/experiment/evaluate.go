package main

import (
	"context"
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"experiment/internal/evaluation"
	"experiment/pipelines/calibration"
)

func (p *program) evaluateCommand() *cli.Command {
	return &cli.Command{
		Name:  "evaluate",
		Usage: "every metric for predictions made anywhere, by any tool",
		Description: `Measures the logits (or probabilities) of a classifier against labels. Files are
NumPy's .npy or .csv: a row for each example, a column for each class; labels
are one whole number a row, counted from 0, or soft: a probability for each
class. With soft labels every metric is its expectation over labels drawn from
them. Nothing is recorded.

With --fit-logits and --fit-labels, of other examples, a temperature is fitted
and the metrics after it are given too. --fit chooses how: nll, a temperature at
the least NLL; ece, one of 0.1, 0.2 ... 10 at the least ECE; vector, a weight
and a bias for each class at the least NLL.

Several models of the same examples are compared side by side when each is given
a name, as in --logits NAME=FILE; differences are from the first. A file whose
own name has "=" is written with its folder: ./a=b.npy.

--bootstrap N gives confidence intervals at level 0.95, by N draws that all
models share: of each metric but the noise floor, and of differences between
models. What was fitted stays as it is. The seed is fixed, so the same command
gives the same digits.

--loss gives the mean of a training loss, as experiment losses lists them, and
needs libtorch. mmce and mdca are values of a batch: they are computed of 128
examples at a time, in the order given, and weighted by size; they need labels
that are not soft. With --probabilities their logarithms serve as logits, and
logit_norm, which probabilities do not determine, is refused.

In json a number that is infinite is "inf" or, as a difference may be, "-inf",
and one that is undefined is null.

Examples:
  experiment evaluate --logits Z.npy --labels Y.npy
  experiment evaluate --logits test.npy --labels test-labels.npy
      --fit-logits validation.npy --fit-labels validation-labels.npy
  experiment evaluate --logits ce=a.npy --logits focal=b.npy --labels Y.npy
      --bootstrap 1000 --output comparison
  experiment evaluate --logits Z.npy --labels Y.npy --loss focal,gamma=3
  experiment evaluate --probabilities P.csv --labels Y.csv --format json`,
		Flags: []cli.Flag{
			&cli.StringSliceFlag{Name: "logits", Usage: "`[NAME=]FILE` of logits [N, C]; may be repeated, with names"},
			&cli.StringSliceFlag{Name: "probabilities", Usage: "`[NAME=]FILE` of probabilities [N, C], in place of --logits"},
			&cli.StringFlag{Name: "labels", Usage: "`FILE` of labels [N], or of soft ones [N, C]"},
			&cli.StringSliceFlag{Name: "fit-logits", Usage: "`[NAME=]FILE` of the logits that the calibration of a model is fitted on"},
			&cli.StringFlag{Name: "fit-labels", Usage: "`FILE` of their labels"},
			&cli.StringFlag{Name: "fit", Usage: "what is fitted, and how, by `METHOD`: " + strings.Join(evaluation.Methods(), ", "), Value: string(evaluation.ByNLL)},
			&cli.StringSliceFlag{Name: "metrics", Usage: "only these, a comma list of `NAMES`; smooth_ece and ece_noise_floor take the longest"},
			&cli.StringSliceFlag{Name: "loss", Usage: "the mean of a training `LOSS`, as focal,gamma=3; may be repeated"},
			&cli.IntFlag{Name: "bins", Usage: "`N` bins of confidence", Value: calibration.DefaultBins},
			&cli.IntFlag{Name: "bootstrap", Usage: "intervals by `N` draws, at least 100, say 1000; none by default"},
			&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "also write a report with figures to the folder `DIR`"},
			&cli.BoolFlag{Name: "png", Usage: "write the figures of --output as PNG too"},
			&cli.BoolFlag{Name: "html", Usage: "write the report of --output as a page too, with the figures in it"},
		},
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			request, err := readEvaluateFlags(c)
			if err != nil {
				return err
			}
			return p.evaluate(c.Context, request)
		},
	}
}

// evaluate finds out first whether what is needed is there, so that nobody waits for an error.
func (p *program) evaluate(ctx context.Context, request evaluateRequest) error {
	asker, err := newLossAsker(request)
	if err != nil {
		return err
	}
	if err := prepareOutput(request.output); err != nil {
		return err
	}
	result, err := measure(request)
	if err != nil {
		return err
	}
	if err := asker.addLosses(ctx, &result); err != nil {
		return err
	}
	if request.output != "" {
		if err := p.writeEvaluationReport(request, result); err != nil {
			return err
		}
	}
	p.warnOfSelf(request, result)
	p.warnOfBounds(result)
	return p.writeEvaluation(result)
}

// warnOfSelf says which models were calibrated on the very file that they are measured on.
func (p *program) warnOfSelf(request evaluateRequest, result evaluation.Result) {
	for i, m := range result.Models {
		if m.Fitted != nil && m.Fitted.OnMeasured {
			p.note("%s is also what is measured: after its calibration everything looks better than it is", request.fits[i].path)
		}
	}
}

func sameFile(a, b string) bool {
	first, err := os.Stat(a)
	second, other := os.Stat(b)
	return err == nil && other == nil && os.SameFile(first, second)
}

// warnOfBounds says which temperatures the examples they were fitted on do not determine.
func (p *program) warnOfBounds(result evaluation.Result) {
	for _, m := range result.Models {
		if m.Fitted != nil && m.Fitted.AtBound {
			p.note("the temperature%s, %s, lies at a bound of its search: the examples it was fitted on do not determine it",
				ofModel(m.Name), showValue(m.Fitted.Temperature))
		}
	}
}

// ofModel reads " of focal", and nothing for a model without a name.
func ofModel(name string) string {
	if name == "" {
		return ""
	}
	return " of " + name
}
