package download

import (
	"io"
	"time"

	"github.com/schollz/progressbar/v3"
)

// Bar shows on a terminal how far a download is.
type Bar struct {
	out   io.Writer
	title string
	drawn *progressbar.ProgressBar
	total int64
}

// NewBar returns a bar behind a title; both together take about 70 columns where the title takes ten.
func NewBar(out io.Writer, title string) *Bar { return &Bar{out: out, title: title} }

// Update shows that done of total bytes are there; total is -1 where it is not known.
func (b *Bar) Update(done, total int64) error {
	if b.drawn == nil || b.total != total {
		b.total = total
		b.drawn = progressbar.NewOptions64(total,
			progressbar.OptionSetWriter(b.out),
			progressbar.OptionSetDescription(b.title),
			progressbar.OptionShowBytes(true),
			progressbar.OptionSetWidth(20),
			progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionUseANSICodes(true),
			progressbar.OptionClearOnFinish(),
		)
	}
	return b.drawn.Set64(done)
}

// Clear takes the bar away.
func (b *Bar) Clear() error {
	if b.drawn == nil {
		return nil
	}
	return b.drawn.Clear()
}
