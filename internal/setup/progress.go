package setup

import (
	"time"

	"github.com/schollz/progressbar/v3"
)

// progress shows how far a download is: a bar on a terminal, a line at its start and one at its end elsewhere.
type progress struct {
	machine *Machine
	title   string
	bar     *progressbar.ProgressBar
	done    int64
}

func newProgress(machine *Machine, title string) *progress {
	machine.Log.Printf("%s", title)
	return &progress{machine: machine, title: title}
}

// update shows that done of total bytes are there; total is -1 where it is not known.
func (p *progress) update(done, total int64) {
	p.done = done
	if !p.machine.Terminal {
		return
	}
	if p.bar == nil || p.bar.GetMax64() != total {
		p.bar = progressbar.NewOptions64(total,
			progressbar.OptionSetWriter(p.machine.Log.Writer()),
			progressbar.OptionShowBytes(true),
			progressbar.OptionSetWidth(30),
			progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionClearOnFinish(),
		)
	}
	if err := p.bar.Set64(done); err != nil {
		// A bar that cannot be drawn is no reason to stop a download.
		p.bar = nil
		p.machine.Terminal = false
	}
}

// finish clears the bar and says how much there is.
func (p *progress) finish() {
	if p.bar != nil && p.bar.Clear() != nil {
		p.machine.Log.Printf("")
	}
	if p.done > 0 {
		p.machine.Log.Printf("received %s", bytesText(p.done))
	}
}
