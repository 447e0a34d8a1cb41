package process

import (
	"fmt"
	"os"
)

// resident is how many bytes of a process are in memory; 0 if that cannot be read.
func resident(pid int) uint64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0
	}
	var size, pages uint64
	if _, err := fmt.Sscanf(string(text), "%d %d", &size, &pages); err != nil {
		return 0
	}
	return pages * uint64(os.Getpagesize())
}
