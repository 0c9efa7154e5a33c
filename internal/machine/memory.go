package machine

import (
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
)

// AvailableMemory returns how many bytes new processes can take without pushing others out: what the system says is
// available, and no more than the control groups of this process leave. It is 0 where the system does not tell.
func AvailableMemory() int64 { return availableMemory("/") }

// availableMemory reads the files of the system below a folder.
func availableMemory(root string) int64 {
	fields := strings.Fields(firstValue(filepath.Join(root, "proc/meminfo"), "MemAvailable", ":"))
	if len(fields) == 0 {
		return 0
	}
	kibibytes, err := strconv.ParseInt(fields[0], 10, 64)
	if err != nil {
		return 0
	}
	available := kibibytes << 10
	// "0::/user.slice/session.scope" is the group of version 2; a limit may stand at it or at any above.
	group := firstValue(filepath.Join(root, "proc/self/cgroup"), "0", "::")
	for ; strings.HasPrefix(group, "/"); group = path.Dir(group) {
		if left, limited := leftInGroup(filepath.Join(root, "sys/fs/cgroup", group)); limited {
			available = min(available, left)
		}
		if group == "/" {
			break
		}
	}
	return available
}

// leftInGroup returns what the limit of a control group leaves, and whether it has one. Files that the kernel keeps in
// memory only for as long as there is room do not count.
func leftInGroup(folder string) (left int64, limited bool) {
	limit, err := readNumber(filepath.Join(folder, "memory.max"))
	if err != nil {
		return 0, false
	}
	used, err := readNumber(filepath.Join(folder, "memory.current"))
	if err != nil {
		return 0, false
	}
	spare, err := strconv.ParseInt(firstValue(filepath.Join(folder, "memory.stat"), "inactive_file", " "), 10, 64)
	if err != nil {
		spare = 0
	}
	return max(limit-used+spare, 0), true
}

// readNumber reads a file that holds a number; "max" is none.
func readNumber(path string) (int64, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
}
