package main

import (
	"encoding/json"
	"fmt"

	"experiment/internal/download"
	"experiment/pipelines/dataset"
)

// dataList prints what there is of some data sets, or of all where none is named.
func (p *program) dataList(names []string) error {
	list := dataset.List()
	if len(names) > 0 {
		var err error
		if list, err = findDataSets(names); err != nil {
			return err
		}
	}
	rows := make([][]any, len(list))
	for i, known := range list {
		seen, err := p.look(known)
		if err != nil {
			return err
		}
		if rows[i], err = dataRow(known, seen); err != nil {
			return err
		}
	}
	return p.write(table{
		columns: []column{
			{name: "name"}, {name: "state", paint: stateColour}, {name: "present", title: "there", right: true}, {name: "expected", title: "files", right: true},
			{name: "bytes", title: "size", show: bytesText, right: true}, {name: "download_bytes", title: "download", show: bytesText, right: true, spare: true},
			{name: "classes", right: true, spare: true}, {name: "train", right: true, spare: true}, {name: "test", right: true, spare: true},
			{name: "folder", elide: elideMiddle}, {name: "licence", spare: true}, {name: "source", spare: true},
			{name: "title", dataOnly: true}, {name: "files", dataOnly: true},
		},
		rows: rowsOf(rows),
	})
}

// look says what there is of a data set.
func (p *program) look(known dataset.Known) (dataset.Presence, error) {
	seen, err := known.Look(p.dataDir)
	if err != nil {
		return seen, machineFailure(err, "name a folder that can be read with --data-dir")
	}
	return seen, nil
}

// dataFile is a file of a data set in data.
type dataFile struct {
	Name           string `json:"name"`
	Path           string `json:"path"` // empty where it is not there
	Bytes          int64  `json:"bytes"`
	PackedBytes    int64  `json:"packed_bytes"` // as published, as all that follow
	PackedSHA256   string `json:"packed_sha256"`
	ContentsBytes  int64  `json:"contents_bytes"`
	ContentsSHA256 string `json:"contents_sha256"`
}

// dataRow is the row of a data set. What the sweep says of one that is generated is undefined.
func dataRow(known dataset.Known, seen dataset.Presence) ([]any, error) {
	files := []dataFile{}
	size := int64(0)
	for i, f := range known.Files {
		present := seen.Files[i]
		size += f.Packed.Bytes
		files = append(files, dataFile{f.Name, present.Path, present.Bytes, f.Packed.Bytes, f.Packed.SHA256, f.Contents.Bytes, f.Contents.SHA256})
	}
	encoded, err := marshal(files)
	if err != nil {
		return nil, err
	}
	if seen.State == dataset.Embedded {
		return []any{known.Name, string(seen.State), nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, known.Title, json.RawMessage(encoded)}, nil
	}
	return []any{
		known.Name, string(seen.State), seen.There, len(known.Files), seen.Bytes, size, known.Classes, known.Train, known.Test,
		seen.Folder, known.Licence, known.Source, known.Title, json.RawMessage(encoded),
	}, nil
}

// bytesText shows a size, and nothing where there is none.
func bytesText(value any) string {
	if n, ok := value.(int64); ok && n > 0 {
		return download.FormatBytes(n)
	}
	return ""
}

func stateColour(value any) string {
	switch dataset.State(plain(value)) {
	case dataset.Partial:
		return "33"
	case dataset.Complete, dataset.Embedded:
		return "32"
	}
	return ""
}

// stateText says what there is of a data set: "partial, 2 of 4 files in data/mnist".
func stateText(seen dataset.Presence) string {
	switch seen.State {
	case dataset.Partial:
		return fmt.Sprintf("%s, %d of %d files in %s", seen.State, seen.There, len(seen.Files), seen.Folder)
	case dataset.Complete:
		return string(seen.State) + ", in " + seen.Folder
	}
	return string(seen.State)
}
