package process

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// onOneProcessor has this process and all that it has started run on the first of its processors, until the benchmark ends. What a
// lone call takes is otherwise decided by where the system puts the other side: to wake a processor that sleeps takes up to
// 35 µs under a hypervisor, more than the call, and which of two programs it wakes one for is a matter of luck.
func onOneProcessor(b *testing.B) {
	b.Helper()
	var before, one unix.CPUSet
	if err := unix.SchedGetaffinity(0, &before); err != nil {
		b.Fatal(err)
	}
	for n := range len(before) * strconv.IntSize {
		if before.IsSet(n) {
			one.Set(n)
			break
		}
	}
	place(b, os.Getpid(), &one)
	b.Cleanup(func() { place(b, os.Getpid(), &before) })
}

// place puts the threads of a process and of what it has started on those processors.
func place(b *testing.B, pid int, set *unix.CPUSet) {
	b.Helper()
	threads, err := filepath.Glob("/proc/" + strconv.Itoa(pid) + "/task/*")
	if err != nil {
		b.Fatal(err)
	}
	for _, thread := range threads {
		id, err := strconv.Atoi(filepath.Base(thread))
		if err != nil {
			b.Fatal(err)
		}
		_ = unix.SchedSetaffinity(id, set) // one that has ended has no place
		children, _ := os.ReadFile(filepath.Join(thread, "children"))
		for _, child := range strings.Fields(string(children)) {
			if id, err := strconv.Atoi(child); err == nil {
				place(b, id, set)
			}
		}
	}
}
