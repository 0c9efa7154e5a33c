package report

import (
	"math"
	"strconv"
	"strings"
)

// thousands writes a whole number with commas: 10,000.
func thousands(n int) string {
	s := strconv.Itoa(n)
	start := len(s) % 3
	if n < 0 {
		return "-" + thousands(-n)
	}
	var parts []string
	if start > 0 {
		parts = append(parts, s[:start])
	}
	for i := start; i < len(s); i += 3 {
		parts = append(parts, s[i:i+3])
	}
	return strings.Join(parts, ",")
}

func isFinite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
