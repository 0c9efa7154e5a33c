package runner

import (
	"fmt"
	"time"
)

// FormatDuration writes a duration for people, in two units at most: "9.8 s", "42 s", "3m 20s", "1h 5m".
func FormatDuration(d time.Duration) string {
	switch {
	case d < 0:
		return "0 s"
	case d < 10*time.Second-50*time.Millisecond:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Minute-500*time.Millisecond:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < time.Hour-500*time.Millisecond:
		d = d.Round(time.Second)
		return units(int(d/time.Minute), "m", int(d%time.Minute/time.Second), "s")
	case d < 48*time.Hour:
		d = d.Round(time.Minute)
		return units(int(d/time.Hour), "h", int(d%time.Hour/time.Minute), "m")
	}
	return units(int(d/(24*time.Hour)), "d", int(d%(24*time.Hour)/time.Hour), "h")
}

// wholeSeconds writes a duration as FormatDuration does, without a fraction.
func wholeSeconds(d time.Duration) string {
	if d < 10*time.Second {
		return fmt.Sprintf("%.0f s", max(d, 0).Seconds())
	}
	return FormatDuration(d)
}

// units writes two units, the smaller one only where there is any.
func units(large int, largeName string, small int, smallName string) string {
	if small == 0 {
		return fmt.Sprintf("%d%s", large, largeName)
	}
	return fmt.Sprintf("%d%s %d%s", large, largeName, small, smallName)
}
