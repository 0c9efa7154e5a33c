package runner

import (
	"io"
	"unicode/utf8"

	"github.com/schollz/progressbar/v3"
)

const (
	barColumns = 16              // of the bar itself
	barFrame   = barColumns + 15 // with the per cent, its ends and spaces, and room for the ^C that a terminal adds
	barSteps   = 1000            // that it counts to
)

// bar is the line at the bottom of a terminal.
type bar struct {
	drawn *progressbar.ProgressBar
	width func() int
}

func newBar(out io.Writer, width func() int) *bar {
	drawn := progressbar.NewOptions64(barSteps,
		progressbar.OptionSetWriter(out),
		progressbar.OptionSetWidth(barColumns),
		progressbar.OptionShowDescriptionAtLineEnd(),
		progressbar.OptionSetPredictTime(false),
		progressbar.OptionSetElapsedTime(false),
		progressbar.OptionUseANSICodes(true),
		progressbar.OptionClearOnFinish(),
	)
	return &bar{drawn, width}
}

// draw shows how much is done and a text, cut or filled to what is left of the line.
func (b *bar) draw(fraction float64, text string) error {
	b.drawn.Describe(fit(text, b.width()-barFrame))
	return b.drawn.Set64(int64(fraction * (barSteps - 1))) // the last step would end it
}

// clear takes the bar away until it is drawn again.
func (b *bar) clear() error { return b.drawn.Clear() }

// fit cuts or fills a text to a number of columns.
func fit(text string, columns int) string {
	length := utf8.RuneCountInString(text)
	if columns < 1 {
		return ""
	}
	for ; length < columns; length++ {
		text += " "
	}
	if length == columns {
		return text
	}
	return string([]rune(text)[:columns-1]) + "…"
}
