package runner

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"experiment/internal/run"
)

// ProgressOptions say how progress is shown.
type ProgressOptions struct {
	Out    io.Writer
	Width  func() int           // of the terminal, in columns; nil where Out is none
	Quiet  bool                 // shows only what went wrong
	Runs   []run.Run            // those that are to be made
	Jobs   int                  // at a time
	Epochs func(run.Config) int // that a run takes, 0 where that is not known; may be nil
	Now    func() time.Time     // nil is time.Now
}

// Progress is an Observer that shows people what happens: on a terminal a bar with the time left, elsewhere
// a line for every run that ended. What went wrong is shown at once, with the end of its log.
type Progress struct {
	options  ProgressOptions
	mu       sync.Mutex // guards what follows
	estimate *estimate
	underway []run.Run // in the order of starting
	lines    lines
	bar      *bar // nil where there is none
	err      error
	done     chan struct{}
	ticking  sync.WaitGroup
}

// NewProgress returns a Progress; it is to be closed.
func NewProgress(options ProgressOptions) *Progress {
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Epochs == nil {
		options.Epochs = func(run.Config) int { return 0 }
	}
	p := &Progress{
		options:  options,
		estimate: newEstimate(len(options.Runs), options.Jobs),
		lines:    newLines(options.Runs),
		done:     make(chan struct{}),
	}
	if options.Width != nil && !options.Quiet && len(options.Runs) > 0 {
		p.bar = newBar(options.Out, options.Width)
		p.ticking.Add(1)
		go p.tick()
	}
	return p
}

// tick keeps the time left on a terminal going.
func (p *Progress) tick() {
	defer p.ticking.Done()
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-p.done:
			return
		case <-ticker.C:
			p.mu.Lock()
			p.refresh()
			p.mu.Unlock()
		}
	}
}

// Close takes the bar away. It returns the first error of writing.
func (p *Progress) Close() error {
	close(p.done)
	p.ticking.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		p.note(p.bar.clear())
	}
	return p.err
}

// Started shows that a run is under way.
func (p *Progress) Started(r run.Run, _ run.Attempt) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.estimate.start(r.Key, p.options.Epochs(r.Config), p.options.Now())
	p.underway = append(p.underway, r)
	p.refresh()
}

// Resumed shows from where a run goes on.
func (p *Progress) Resumed(r run.Run, epoch int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.estimate.resume(r.Key, epoch, p.options.Now())
	p.refresh()
}

// Epoch shows how far a run is.
func (p *Progress) Epoch(r run.Run, e run.Epoch) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.estimate.advance(r.Key, e.Number, p.options.Now())
	p.refresh()
}

// Ended shows what became of a run.
func (p *Progress) Ended(r run.Run, a run.Attempt, tail string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.estimate.end(r.Key, a.Status == run.Finished, p.options.Now())
	p.underway = slices.DeleteFunc(p.underway, func(other run.Run) bool { return other.Key == r.Key })
	bad := a.Status == run.Failed || a.Status == run.Diverged
	if bad || p.bar == nil && !p.options.Quiet {
		text := p.lines.ended(p.estimate.ended, r, a)
		if bad {
			text += quote(tail)
		}
		p.print(text)
	}
	p.refresh()
}

// Split shows that runs whose worker failed are made again in smaller groups.
func (p *Progress) Split(runs []run.Run, size int, why string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, r := range runs {
		delete(p.estimate.underway, r.Key)
		p.underway = slices.DeleteFunc(p.underway, func(other run.Run) bool { return other.Key == r.Key })
	}
	if !p.options.Quiet {
		how := fmt.Sprintf("%d side by side", size)
		if size == 1 {
			how = "each alone"
		}
		p.print(fmt.Sprintf("making %s again, %s: %s\n", count(len(runs), "run"), how, why))
	}
	p.refresh()
}

// Skipped shows that a run is not made.
func (p *Progress) Skipped(r run.Run, why string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.estimate.end(r.Key, false, p.options.Now())
	if !p.options.Quiet {
		p.print(p.lines.skipped(p.estimate.ended, r, why))
	}
	p.refresh()
}

// Stopping shows that the user or the failures stop the runner. An error of the machine is for the caller
// of Run to show.
func (p *Progress) Stopping(level Level, why error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var stopped *Stopped
	var policy *PolicyError
	switch {
	case errors.As(why, &stopped):
		p.print(stopNotice(level, len(p.underway)))
	case errors.As(why, &policy) && len(p.underway) > 0:
		p.print(fmt.Sprintf("%v; %s under way will end\n", why, count(len(p.underway), "run")))
	}
	p.refresh()
}

// print writes whole lines above the bar.
func (p *Progress) print(text string) {
	if p.bar != nil {
		p.note(p.bar.clear())
	}
	_, err := io.WriteString(p.options.Out, text)
	p.note(err)
}

// refresh draws the bar again.
func (p *Progress) refresh() {
	if p.bar == nil {
		return
	}
	left := "time left unknown"
	if duration, known := p.estimate.left(p.options.Now()); known {
		left = wholeSeconds(duration) + " left"
	}
	var current []string
	for _, r := range p.underway {
		text := name(r)
		if c := p.estimate.underway[r.Key]; c != nil && c.epochs > 0 {
			text += fmt.Sprintf(" (%d/%d)", c.epoch, c.epochs)
		}
		current = append(current, text)
	}
	text := fmt.Sprintf("%d/%d  %s  %s", p.estimate.ended, p.estimate.total, left, strings.Join(current, ", "))
	p.note(p.bar.draw(p.estimate.fraction(), text))
}

func (p *Progress) note(err error) {
	if p.err == nil {
		p.err = err
	}
}
