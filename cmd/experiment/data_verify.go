package main

import (
	"errors"
	"fmt"
	"strings"

	"experiment/pipelines/dataset"
)

// dataVerify compares the files of data sets with the published ones: of those named, or of all of which there is something.
func (p *program) dataVerify(names []string) error {
	list, err := p.toVerify(names)
	if err != nil {
		return err
	}
	var rows [][]any
	var differing, missing []string // data sets
	for _, known := range list {
		all, err := known.Verify(p.dataDir)
		if err != nil {
			return machineFailure(err, "name a folder whose files can be read with --data-dir")
		}
		worst := dataset.AsPublished
		for _, v := range all {
			rows = append(rows, verifiedRow(known, v))
			if v.Verdict == dataset.NotThere && worst == dataset.AsPublished || v.Verdict == dataset.Differs || v.Verdict == dataset.Damaged {
				worst = v.Verdict
			}
		}
		switch {
		case len(all) == 0:
			p.note("%s: generated, there are no files", known.Name)
		case worst == dataset.NotThere:
			missing = append(missing, known.Name)
		case worst != dataset.AsPublished:
			differing = append(differing, known.Name)
		}
	}
	err = p.write(table{
		columns: []column{
			{name: "dataset", title: "data set"}, {name: "file"}, {name: "result", paint: verdictColour}, {name: "bytes", title: "size", show: bytesText, right: true},
			{name: "detail", optional: true, elide: elideEnd}, {name: "path", elide: elideMiddle, spare: true},
			{name: "repacked", dataOnly: true}, {name: "sha256", dataOnly: true}, {name: "published_sha256", dataOnly: true},
		},
		rows: rowsOf(rows),
	})
	return errors.Join(err, p.verified(differing, missing))
}

// toVerify returns the data sets of some names or, where there are none, those of which there is something.
func (p *program) toVerify(names []string) ([]dataset.Known, error) {
	if len(names) > 0 {
		return findDataSets(names)
	}
	var list []dataset.Known
	for _, known := range dataset.List() {
		seen, err := p.look(known)
		if err != nil {
			return nil, err
		}
		if seen.State == dataset.Complete || seen.State == dataset.Partial {
			list = append(list, known)
		}
	}
	if len(list) == 0 {
		p.note("there is no data set in %s", p.dataDir)
	}
	return list, nil
}

// verifiedRow is the row of a file. The checksums are those of its contents.
func verifiedRow(known dataset.Known, v dataset.Verification) []any {
	detail := ""
	switch {
	case v.Err != nil && v.Verdict != dataset.NotThere:
		detail = v.Err.Error()
	case v.Repacked:
		detail = "packed by others than the publisher"
	}
	return []any{known.Name, v.Name, string(v.Verdict), v.Bytes, detail, v.Path, v.Repacked, v.SHA256, v.Contents.SHA256}
}

func verdictColour(value any) string {
	switch dataset.Verdict(plain(value)) {
	case dataset.AsPublished:
		return "32"
	case dataset.NotThere:
		return "33"
	}
	return "31"
}

// verified is the failure where data sets are not as published, which is worse, or not whole.
func (p *program) verified(differing, missing []string) error {
	switch {
	case len(differing) > 0:
		return &failure{status: statusFailed, cause: fmt.Errorf("verifying data: not as published: %s", strings.Join(differing, ", ")),
			hint: p.fetchCommand(append(differing, missing...)...) + "\nwhich puts what differs aside, and downloads what was published"}
	case len(missing) > 0:
		return machineFailure(fmt.Errorf("verifying data: files are missing of %s", strings.Join(missing, ", ")), p.fetchHint(missing...))
	}
	return nil
}
