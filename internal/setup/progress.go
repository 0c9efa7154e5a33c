package setup

import "experiment/internal/download"

// progress shows how far a download is: a bar on a terminal, a line at its start and one at its end elsewhere.
type progress struct {
	machine *Machine
	bar     *download.Bar // nil where there is no terminal
	done    int64
}

func newProgress(machine *Machine, title string) *progress {
	machine.Log.Printf("%s", title)
	p := &progress{machine: machine}
	if machine.Terminal {
		p.bar = download.NewBar(machine.Log.Writer(), "")
	}
	return p
}

// update shows that done of total bytes are there; total is -1 where it is not known.
func (p *progress) update(done, total int64) {
	p.done = done
	if p.bar != nil && p.bar.Update(done, total) != nil {
		p.bar = nil // a bar that cannot be drawn is no reason to stop a download
	}
}

// failed tells of a failure after which the download goes on.
func (p *progress) failed(err error) {
	p.clear()
	p.machine.Log.Printf("%v; trying again", err)
}

// finish clears the bar and says how much there is.
func (p *progress) finish() {
	p.clear()
	if p.done > 0 {
		p.machine.Log.Printf("received %s", download.FormatBytes(p.done))
	}
}

func (p *progress) clear() {
	if p.bar != nil && p.bar.Clear() != nil {
		p.machine.Log.Printf("")
	}
}
