package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
)

// conditions says what the table was measured on.
func (p program) conditions(s subject, times int) (string, error) {
	info, err := os.Stat(p.database)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d runs, %.0f MB; %s, %d processors, %s/%s; median of %d, after one that is not counted. Load at the start: %s.",
		s.runs, float64(info.Size())/1e6, processor(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, times, load()), nil
}

// processor returns the name of the processor where Linux tells it.
func processor() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown processor"
	}
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown processor"
}

// load returns how many processes wanted the processors, on average over 1, 5 and 15 minutes, where Linux tells it.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	words := strings.Fields(string(text))
	if err != nil || len(words) < 3 {
		return "unknown"
	}
	return strings.Join(words[:3], ", ")
}
