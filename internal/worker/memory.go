package worker

import (
	"bufio"
	"fmt"
	"os"
	"strings"
)

// resetPeakMemory makes the kernel forget the peak of earlier runs of this process.
func resetPeakMemory() error {
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5\n"), 0); err != nil {
		return fmt.Errorf("resetting the peak memory: %w", err)
	}
	return nil
}

// peakMemory returns the most resident bytes this process had, or 0 where the system does not tell.
func peakMemory() int64 {
	status, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer status.Close()
	lines := bufio.NewScanner(status)
	for lines.Scan() {
		if value, found := strings.CutPrefix(lines.Text(), "VmHWM:"); found {
			var kibibytes int64
			if _, err := fmt.Sscanf(value, "%d kB", &kibibytes); err != nil {
				return 0
			}
			return kibibytes << 10
		}
	}
	return 0
}
