package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"syscall"

	"experiment/internal/download"
	"experiment/internal/runner"
	"experiment/pipelines/dataset"
)

// dataFetch downloads what is missing of data sets, or not as published.
func (p *program) dataFetch(ctx context.Context, names []string, base string) error {
	if len(names) == 0 {
		return usageFailure(errors.New("data fetch needs the name of a data set"), "data sets: "+strings.Join(dataSetNames(), ", "))
	}
	list, err := findDataSets(names)
	if err != nil {
		return err
	}
	base = firstOf(base, p.getenv("EXPERIMENT_DATA_URL"))
	if err := checkBase(base); err != nil {
		return err
	}
	ctx, signalled, end := stoppable(ctx)
	defer end()
	var rows [][]any
	for _, known := range list {
		progress := p.newFetchProgress(known)
		all, err := known.Fetch(ctx, p.dataDir, dataset.FetchOptions{Base: base, Observer: progress})
		progress.clear()
		if err != nil {
			return p.fetchFailure(err, known, signalled())
		}
		p.sayWhole(known, all)
		for _, f := range all {
			rows = append(rows, fetchedRow(known, f))
		}
	}
	return p.write(table{
		columns: []column{
			{name: "dataset", title: "data set"}, {name: "file"}, {name: "result"}, {name: "bytes", title: "size", show: bytesText, right: true},
			{name: "path", elide: elideMiddle, spare: true}, {name: "url", title: "from", elide: elideMiddle, spare: true, optional: true},
			{name: "repacked", dataOnly: true}, {name: "aside", title: "before, now in", optional: true, elide: elideMiddle},
		},
		rows: rowsOf(rows),
	})
}

// fetchedRow is the row of a file that is there now.
func fetchedRow(known dataset.Known, f dataset.Fetched) []any {
	result := "there"
	if f.URL != "" {
		result = "fetched"
	}
	return []any{known.Name, f.Name, result, f.Bytes, f.Path, f.URL, f.Repacked, strings.Join(f.Aside, ", ")}
}

// sayWhole says of a data set of which nothing was fetched why.
func (p *program) sayWhole(known dataset.Known, all []dataset.Fetched) {
	if len(known.Files) == 0 {
		p.note("%s: generated, there is nothing to fetch", known.Name)
		return
	}
	for _, f := range all {
		if f.URL != "" || len(f.Aside) > 0 {
			return
		}
	}
	p.note("%s: all of it was there, as published", known.Name)
}

// checkBase sees that the address of a server is one.
func checkBase(base string) error {
	if base == "" {
		return nil
	}
	address, err := url.Parse(base)
	if err != nil || address.Host == "" || address.Scheme != "http" && address.Scheme != "https" {
		return usageFailure(fmt.Errorf("reading the address of the server: %q is not an http or https URL", base),
			"--url https://mirror.example.org/data, with the files at https://mirror.example.org/data/NAME/FILE.gz")
	}
	return nil
}

// stoppable returns a context that ends with the first SIGINT, SIGTERM or SIGHUP, which signalled then returns.
func stoppable(parent context.Context) (ctx context.Context, signalled func() os.Signal, end func()) {
	ctx, cancel := context.WithCancel(parent)
	stop := runner.NewStopper()
	endSignals := runner.NotifySignals(stop)
	go func() {
		select {
		case <-stop.Reached(runner.Graceful):
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, stop.Signal, func() { endSignals(); cancel() }
}

// fetchFailure is the failure to fetch a data set, with what to do about it.
func (p *program) fetchFailure(err error, known dataset.Known, signalled os.Signal) error {
	const kept = "what has arrived is kept"
	switch number, isSignal := signalled.(syscall.Signal); {
	case isSignal:
		return &failure{status: statusSignal + int(number), cause: fmt.Errorf("fetching data set %s: stopped by %s", known.Name, number),
			hint: "repeat the command to go on: " + kept}
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return machineFailure(err, "make room and repeat the command: "+kept+"; or choose another disk with --data-dir")
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS), errors.Is(err, syscall.ENOTDIR):
		return machineFailure(err, "choose a folder that can be read and written with --data-dir")
	}
	files := make([]string, len(known.Files))
	for i, f := range known.Files {
		files[i] = f.Name + ".gz"
	}
	return machineFailure(err, "see to the network, or to HTTPS_PROXY, and repeat the command: "+kept+
		"\nor take another server with --url"+
		"\nor put "+strings.Join(files, ", ")+" into "+known.Folder(p.dataDir))
}

// fetchProgress shows how the fetching of a data set goes: a bar on a terminal, and a line for each file.
type fetchProgress struct {
	program *program
	known   dataset.Known
	bar     *download.Bar
	number  int // of the file that the bar is of
}

func (p *program) newFetchProgress(known dataset.Known) *fetchProgress {
	return &fetchProgress{program: p, known: known}
}

// barColumns is how wide a terminal must be for a bar.
const barColumns = 80

// Progress draws the bar.
func (f *fetchProgress) Progress(number, of int, done, total int64) {
	width := f.program.progressWidth()
	if f.program.quiet || width == nil || width() < barColumns {
		return
	}
	if f.number != number {
		f.clear()
		f.bar, f.number = download.NewBar(messages{f.program}, fmt.Sprintf("%s %d/%d", f.known.Name, number, of)), number
	}
	if err := f.bar.Update(done, total); err != nil {
		f.program.detail("drawing a bar: %v", err)
	}
}

// clear takes the bar away.
func (f *fetchProgress) clear() {
	if f.bar == nil {
		return
	}
	if err := f.bar.Clear(); err != nil {
		f.program.detail("clearing a bar: %v", err)
	}
	f.bar, f.number = nil, 0
}

// Waiting says that another process fetches the same.
func (f *fetchProgress) Waiting() {
	f.program.note("%s: waiting for another process that fetches it", f.known.Name)
}

// Failed says why it is tried again, or elsewhere.
func (f *fetchProgress) Failed(err error) {
	f.clear()
	f.program.note("%s: %v; trying further", f.known.Name, err)
}

// Fetched says that a file is there.
func (f *fetchProgress) Fetched(file dataset.Fetched) {
	f.clear()
	text := fmt.Sprintf("%s: %s, %s", f.known.Name, file.Name, download.FormatBytes(file.Bytes))
	if from, err := url.Parse(file.URL); err == nil && from.Host != "" {
		text += ", from " + from.Host
	}
	if file.Repacked {
		text += ", packed by others than the publisher"
	}
	for _, to := range file.Aside {
		text += "; what was there before is now " + to
	}
	f.program.note("%s", text)
}
