package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"experiment/internal/run"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares bytes with a file below testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", filepath.FromSlash(name))
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v: run the test with -update", err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs: run the test with -update and look at the difference\n%s", path, firstDifference(got, want))
	}
}

func firstDifference(got, want []byte) string {
	gotLines, wantLines := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i, line := range gotLines {
		if i >= len(wantLines) || line != wantLines[i] {
			other := "(nothing)"
			if i < len(wantLines) {
				other = wantLines[i]
			}
			return "got:  " + line + "\nwant: " + other
		}
	}
	return "the rest is missing"
}

// sixLosses has one axis with enough values for a curve.
func sixLosses() []fakeLoss {
	all := fourLosses()
	return []fakeLoss{all[0], all[2], all[4], all[5], all[6], all[8]}
}

func withPosterior(study Study) Study {
	for i := range study.Records {
		result := &study.Records[i].Attempt.Result
		for _, calibration := range []run.Calibration{run.Uncalibrated, run.TemperatureScale} {
			nll, _ := result.Value(run.Test, calibration, "nll")
			for name, value := range map[string]float64{"entropy_true": 0.2, "cross_entropy_true": nll, "kl_divergence": nll - 0.2, "true_calibration_error": nll / 10} {
				result.Metrics = append(result.Metrics, run.Metric{Split: run.Test, Calibration: calibration, Name: name, Value: run.Number(value)})
			}
		}
	}
	return study
}

// withCalibrations adds what runs measure besides: two more calibrations, and the focal loss with its bound. The first run is
// of before, the fourth has too many classes for vector scaling, and the fifth a temperature at the end of the grid.
func withCalibrations(study Study) Study {
	for i := range study.Records {
		a := &study.Records[i].Attempt
		if i == 0 {
			continue
		}
		gamma := 3.0
		if own, ok := study.Records[i].Config.Get("loss.gamma"); ok {
			gamma = own.(float64)
		}
		for e := range a.History {
			nll := float64(a.History[e].Metrics[1].Value)
			entropy := 0.8 * nll
			slack := 0.7 * gamma * entropy
			for name, value := range map[string]float64{
				"mean_entropy": entropy, "focal_gamma": gamma, "focal_loss": nll - gamma*entropy + slack, "focal_bound_slack": slack,
			} {
				a.History[e].Metrics = append(a.History[e].Metrics, run.EpochMetric{Split: run.Validation, Name: name, Value: run.Number(value)})
			}
		}
		temperature, _ := a.Result.Value(run.Test, run.TemperatureScale, "temperature")
		temperature = math.Round(10*temperature) / 10
		if i == 4 {
			temperature = 0.1
		}
		add := func(calibration run.Calibration, name string, value float64) {
			a.Result.Metrics = append(a.Result.Metrics, run.Metric{Split: run.Test, Calibration: calibration, Name: name, Value: run.Number(value)})
		}
		add(run.TemperatureByECE, "temperature", temperature)
		for _, name := range []string{"accuracy", "nll", "ece"} {
			value, _ := a.Result.Value(run.Test, run.TemperatureScale, name)
			add(run.TemperatureByECE, name, value*0.99)
			if i != 3 {
				add(run.VectorScale, name, value*1.01)
			}
		}
	}
	return study
}

// troubled is a study in which much went wrong.
func troubled(t *testing.T) Study {
	study := fakeStudy(t, sixLosses(), 3)
	study.Excluded, study.Duplicates = 2, 1200
	for i, end := range []struct {
		status run.Status
		reason string
	}{
		{run.Failed, "killed by signal segmentation fault"}, {run.Diverged, "loss is NaN in epoch 3 | step <17>"},
		{run.Interrupted, "stopped by the user\nwhile training"}, {run.New, ""},
	} {
		r := &study.Records[4*i]
		r.Status = end.status
		r.Attempt = run.Attempt{Reason: end.reason, Status: end.status}
	}
	study.Records[5].Attempt.Provenance.Libtorch = "2.6.0"
	study.Records[5].Attempt.Provenance.DataChecksum = "6b86b273ff34fce1"
	study.Records[6].Attempt.Provenance.Dirty = "9f86d081"
	for i := range study.Records[7].Attempt.Result.Metrics {
		m := &study.Records[7].Attempt.Result.Metrics[i]
		switch {
		case m.Name == "nll" && m.Calibration == run.Uncalibrated:
			m.Value = run.Number(math.Inf(1))
		case m.Name == "brier":
			m.Value = run.Number(math.NaN())
		}
	}
	study.Records[10].Attempt.Result.Metrics = study.Records[10].Attempt.Result.Metrics[:3]
	study.Records[11].Attempt.Result.Reliability = nil
	study.Records[15].Attempt.History = nil
	study.Records[8].Attempt.Result.Histograms = nil
	return study
}

func studies(t *testing.T) map[string]Study {
	lr := func(data string, v float64) []run.Field {
		return []run.Field{{Path: "data.name", Value: data}, {Path: "optimizer.lr", Value: v}}
	}
	sizes := func(n int64) []run.Field { return []run.Field{{Path: "data.train", Value: n}} }
	named := func(name string, s Study) Study {
		s.Name = name
		return s
	}
	return map[string]Study{
		"losses":         fakeStudy(t, sixLosses(), 3),
		"one-seed":       named("one-seed", fakeStudy(t, sixLosses(), 1)),
		"one-loss":       named("one-loss", fakeStudy(t, sixLosses()[:1], 3)),
		"posterior":      named("posterior", withPosterior(fakeStudy(t, sixLosses()[:2], 3))),
		"calibrations":   named("calibrations", withCalibrations(fakeStudy(t, []fakeLoss{sixLosses()[0], sixLosses()[3], sixLosses()[5]}, 3))),
		"two-data-sets":  named("two-data-sets", fakeStudy(t, sixLosses()[:3], 3, lr("mnist", 0.02), lr("mnist", 0.05), lr("fashion-mnist", 0.05))),
		"training-sizes": named("training-sizes", fakeStudy(t, sixLosses()[:1], 3, sizes(500), sizes(1000), sizes(2000), sizes(100000))),
		"learning-rates": named("learning-rates", fakeStudy(t, []fakeLoss{sixLosses()[0], sixLosses()[2], sixLosses()[4]}, 3, lr("mnist", 0.005), lr("mnist", 0.01), lr("mnist", 0.05), lr("mnist", 0.1))),
		"troubled":       named("troubled", troubled(t)),
		"nothing-ran":    named("nothing-ran", nothingRan(t)),
	}
}

func nothingRan(t *testing.T) Study {
	study := fakeStudy(t, sixLosses()[:1], 60)
	for i := range study.Records {
		study.Records[i].Status, study.Records[i].Attempt = run.New, run.Attempt{}
	}
	return study
}

func TestReports(t *testing.T) {
	for name, study := range studies(t) {
		t.Run(name, func(t *testing.T) {
			document, err := Build(study)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name+".md", document.Markdown)
			for _, f := range document.Files {
				if name == "losses" || strings.Contains(f.Name, "data.train") || strings.HasSuffix(f.Name, "/optimizer.lr.svg") || strings.HasSuffix(f.Name, "/bound.svg") {
					golden(t, f.Name, f.Bytes)
				}
				checkFigure(t, f)
				if count := strings.Count(string(document.Markdown), "]("+f.Name+")"); count != 1 {
					t.Errorf("%s is shown %d times", f.Name, count)
				}
			}
			if shown := strings.Count(string(document.Markdown), "\n!["); shown != len(document.Files) {
				t.Errorf("%d figures are shown, and %d are there", shown, len(document.Files))
			}
		})
	}
}

// checkFigure checks that a figure is XML that holds no number which is not finite.
func checkFigure(t *testing.T, f File) {
	t.Helper()
	decoder := xml.NewDecoder(bytes.NewReader(f.Bytes))
	for {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("%s is no XML: %v", f.Name, err)
		}
	}
	for _, bad := range []string{"NaN", "Inf"} {
		if bytes.Contains(f.Bytes, []byte(bad)) {
			t.Errorf("%s holds %s", f.Name, bad)
		}
	}
}

func TestComparisonFormats(t *testing.T) {
	for name, study := range map[string]Study{"losses": studies(t)["losses"], "two-data-sets": studies(t)["two-data-sets"], "troubled": troubled(t)} {
		c := Compare(study.Records)
		for suffix, render := range map[string]func() ([]byte, error){
			"wide.txt":   func() ([]byte, error) { s, err := c.Text(0, false); return []byte(s), err },
			"narrow.txt": func() ([]byte, error) { s, err := c.Text(80, false); return []byte(s), err },
			"colour.txt": func() ([]byte, error) { s, err := c.Text(0, true); return []byte(s), err },
			"csv":        c.CSV,
			"json":       c.JSON,
			"jsonl":      c.JSONLines,
		} {
			got, err := render()
			if err != nil {
				t.Fatal(err)
			}
			golden(t, "tables/"+name+"."+suffix, got)
		}
	}
}

func TestStudyWithoutName(t *testing.T) {
	if _, err := Build(Study{}); err == nil {
		t.Error("a study without a name was accepted")
	}
}

func TestTemperatureAtItsBound(t *testing.T) {
	study := fakeStudy(t, fourLosses()[:2], 3)
	document, err := Build(study)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(document.Markdown), "bound of its search") {
		t.Error("a report of ordinary temperatures warns of bounds")
	}
	for i := range study.Records[0].Attempt.Result.Metrics {
		if m := &study.Records[0].Attempt.Result.Metrics[i]; m.Name == "temperature" {
			m.Value = run.Number(math.Exp(-temperatureBound))
		}
	}
	document, err = Build(study)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(document.Markdown), "The temperature of 1 run lies at a bound of its search") {
		t.Error("a temperature at its bound is not mentioned")
	}
}

// TestIdentityOfThePosterior holds that the report tells where the recorded KL(p‖q) is not CE(p‖q) - H[p].
func TestIdentityOfThePosterior(t *testing.T) {
	study := studies(t)["posterior"]
	identity := func() string {
		document, err := Build(study)
		if err != nil {
			t.Fatal(err)
		}
		_, after, _ := strings.Cut(string(document.Markdown), "Over every run, split and calibration, ")
		sentence, _, _ := strings.Cut(after, "\n")
		return sentence
	}
	if got, want := identity(), "12 pairs, they are the same to the last digit."; got != want {
		t.Errorf("exact numbers: got %q, want %q", got, want)
	}
	for i := range study.Records[4].Attempt.Result.Metrics {
		if m := &study.Records[4].Attempt.Result.Metrics[i]; m.Name == "kl_divergence" && m.Calibration == run.TemperatureScale {
			m.Value += 0.25
		}
	}
	if got, want := identity(), "12 pairs, they differ by at most 2.5e-01 nats (label_smoothing ε=0.05)."; got != want {
		t.Errorf("one run is wrong: got %q, want %q", got, want)
	}
}

func TestStudyWithoutRuns(t *testing.T) {
	document, err := Build(Study{Name: "empty"})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(document.Markdown), "The study has no runs.") || len(document.Files) > 0 {
		t.Errorf("got %d figures and\n%s", len(document.Files), document.Markdown)
	}
	if c := Compare(nil); !c.Empty() {
		t.Errorf("comparing nothing gave %+v", c)
	}
}
