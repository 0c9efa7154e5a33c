package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"experiment/internal/run"
	"experiment/internal/runner"
)

// attemptTable has one row an attempt.
func attemptTable(attempts []run.Attempt) table {
	rows := make([][]any, len(attempts))
	for i, a := range attempts {
		took := ""
		if !a.Ended.IsZero() {
			took = runner.FormatDuration(a.Ended.Sub(a.Started))
		}
		var from any
		if a.Resumed > 0 {
			from = int64(a.Resumed)
		}
		rows[i] = []any{int64(a.Number), string(a.Status), a.Started, took, from, int64(a.Epoch), a.Provenance.Device, a.Host, int64(a.PID), a.Reason}
	}
	return table{
		columns: []column{
			{name: "attempt", right: true}, {name: "status", paint: statusColour}, {name: "started"}, {name: "took", right: true},
			{name: "from epoch", right: true, optional: true}, {name: "epochs", right: true}, {name: "device"}, {name: "host", elide: elideEnd}, {name: "process", right: true}, {name: "reason", elide: elideEnd, optional: true},
		},
		rows: rowsOf(rows),
	}
}

// provenancePairs lists what is known of what an attempt ran on.
func provenancePairs(v run.Provenance) [][2]string {
	commit := v.Commit
	if v.Dirty != "" {
		commit += ", with changes " + abbreviate(v.Dirty)
	}
	threads, lockstep := "", ""
	if v.Threads > 0 {
		threads = fmt.Sprint(v.Threads)
	}
	if v.Replicas > 1 {
		lockstep = fmt.Sprintf("one of %d", v.Replicas)
	}
	var group []string
	for _, key := range v.Group {
		group = append(group, key.Short())
	}
	pairs := [][2]string{
		{"commit", commit}, {"worker", abbreviate(v.Binary)}, {"go", v.Go}, {"gotch", v.Gotch}, {"libtorch", v.Libtorch}, {"libtorch build", abbreviate(v.LibtorchBuild)}, {"kernels", v.CPUCapability},
		{"BLAS", v.BLAS}, {"BLAS core", v.BLASCore}, {"threads", threads}, {"in lockstep", lockstep}, {"group", strings.Join(group, ", ")}, {"system", v.OS}, {"processor", v.CPU},
		{"device", strings.TrimSpace(v.Device + " " + v.DeviceName)}, {"driver", v.Driver}, {"steps", v.Steps}, {"host", v.Host},
		{"data", abbreviate(v.DataChecksum)}, {"peak memory", megabytes(v.PeakMemory)}, {"device memory", megabytes(v.DeviceMemory)},
	}
	for _, name := range slices.Sorted(maps.Keys(v.Environment)) {
		pairs = append(pairs, [2]string{name, v.Environment[name]})
	}
	return pairs
}

// megabytes writes a number of bytes, and nothing for 0, which is unknown.
func megabytes(bytes int64) string {
	if bytes == 0 {
		return ""
	}
	return fmt.Sprintf("%.0f MB", float64(bytes)/1e6)
}

// abbreviate returns the first digits of a checksum.
func abbreviate(checksum string) string {
	if len(checksum) > 16 {
		return checksum[:16] + ellipsis
	}
	return checksum
}

// metricGrid has one row a metric, and a column for each split and calibration.
func metricGrid(metrics []run.Metric) table {
	type place struct {
		split       run.Split
		calibration run.Calibration
	}
	var places []place
	values := map[place]map[string]float64{}
	for _, m := range metrics {
		at := place{m.Split, m.Calibration}
		if values[at] == nil {
			values[at] = map[string]float64{}
			places = append(places, at)
		}
		values[at][m.Name] = float64(m.Value)
	}
	slices.SortStableFunc(places, func(a, b place) int { return splitOrder(a.split) - splitOrder(b.split) })
	columns := []column{{name: "metric"}}
	for _, at := range places {
		columns = append(columns, column{name: metricColumn(at.split, at.calibration), right: true, show: sixDecimals, spare: at.split != run.Test})
	}
	var rows [][]any
	for _, name := range run.MetricNames {
		row, found := []any{name}, false
		for _, at := range places {
			value, ok := values[at][name]
			if !ok {
				row = append(row, nil)
				continue
			}
			row, found = append(row, value), true
		}
		if found {
			rows = append(rows, row)
		}
	}
	return table{columns: columns, rows: rowsOf(rows)}
}

// metricColumn is the heading of the metrics of a split under a calibration.
func metricColumn(split run.Split, calibration run.Calibration) string {
	title := string(split)
	if split == run.Validation {
		title = "val."
	}
	switch calibration {
	case run.Uncalibrated:
		return title
	case run.TemperatureScale:
		return title + ", scaled"
	case run.TemperatureByECE:
		return title + ", T by ECE"
	}
	return title + ", " + string(calibration)
}

// splitOrder puts the test split, which people look for, first.
func splitOrder(s run.Split) int {
	return map[run.Split]int{run.Test: 0, run.Validation: 1, run.Train: 2}[s]
}

// sixDecimals writes a number to six decimals, in powers of ten where they would show nothing, "-" where there is
// none and "undefined" for NaN.
func sixDecimals(value any) string {
	f, ok := value.(float64)
	switch {
	case !ok:
		return "-"
	case math.IsNaN(f):
		return "undefined"
	case math.IsInf(f, 0):
		return plain(f)
	}
	if f != 0 && math.Abs(f) < 1e-6 {
		return fmt.Sprintf("%.3g", f)
	}
	return fmt.Sprintf("%.6f", f)
}

// epochTable has one row an epoch, and a column for each number that was measured.
func epochTable(history []run.Epoch) table {
	type series struct {
		split run.Split
		name  string
	}
	var all []series
	for _, e := range history {
		for _, m := range e.Metrics {
			if s := (series{m.Split, m.Name}); !slices.Contains(all, s) {
				all = append(all, s)
			}
		}
	}
	columns := []column{{name: "epoch", right: true}}
	for _, s := range all {
		columns = append(columns, epochColumn(s.split, s.name))
	}
	rows := make([][]any, len(history))
	for i, e := range history {
		rows[i] = make([]any, len(columns))
		rows[i][0] = int64(e.Number)
		for _, m := range e.Metrics {
			rows[i][1+slices.Index(all, series{m.Split, m.Name})] = float64(m.Value)
		}
	}
	return table{columns: columns, rows: rowsOf(rows)}
}

// epochColumn is the column of a number that was measured at each epoch.
func epochColumn(split run.Split, name string) column {
	title := strings.ReplaceAll(name, "_", " ")
	switch {
	case split == run.Validation:
		title = "val. " + title
	case name == "loss":
		title = string(split) + " " + title
	}
	main := slices.Contains([]string{"loss", "nll", "ece", "accuracy"}, name)
	return column{name: title, right: true, spare: !main, show: func(value any) string {
		if f, ok := value.(float64); ok {
			return fmt.Sprintf("%.4g", f)
		}
		return plain(value)
	}}
}

// artefactTable has one row a file.
func artefactTable(artefacts []run.Artefact) table {
	rows := make([][]any, len(artefacts))
	for i, a := range artefacts {
		rows[i] = []any{a.Path, a.Kind, a.Bytes, abbreviate(a.SHA256)}
	}
	return table{columns: []column{{name: "file"}, {name: "kind"}, {name: "bytes", right: true}, {name: "SHA-256"}}, rows: rowsOf(rows)}
}
