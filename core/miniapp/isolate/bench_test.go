//go:build linux

package isolate

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"testing"

	"github.com/dougong-dev/dougong/core/internal/benchline"
	"github.com/dougong-dev/dougong/core/miniapp/compiler"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"

	"github.com/dougong-dev/dougong/core/miniapp"
)

// idleSessions is how many mini-programs BenchmarkIdle keeps open.
const idleSessions = 8

// BenchmarkIdle measures the memory of mini-programs that are open and do nothing, each in a process: the share of each
// in what the processes have in memory.
func BenchmarkIdle(b *testing.B) {
	built, err := compiler.Build(b.Context(), compiler.Options{Dir: "../../../examples/miniapps/notes"})
	if err != nil {
		b.Fatal(err)
	}
	p, err := program.Load(built.Files)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		pool := newPool(b, Options{Idle: -1})
		for range idleSessions {
			ready := make(chan struct{})
			open(b, pool, p, func(o *miniapp.Options) {
				o.Send = func(m message.FromActor) {
					if m.Ready != nil {
						close(ready)
					}
				}
			})
			<-ready
		}
		total := 0.0
		for c := range pool.children {
			total += memoryOf(b, c.cmd.Process.Pid)
		}
		each := total / idleSessions
		benchline.Line{Name: "idle-miniprogram-process-memory", Value: each / (1 << 20), Unit: "MiB"}.Print()
		benchline.Line{Name: "idle-miniprograms-per-GiB-process", Value: (1 << 30) / each, Unit: "count"}.Print()
		pool.Close()
	}
}

var proportional = regexp.MustCompile(`(?m)^Pss:\s+(\d+) kB`)

// memoryOf is a process's memory in bytes; of pages that several share it has a part.
func memoryOf(b *testing.B, pid int) float64 {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		b.Fatal(err)
	}
	m := proportional.FindSubmatch(text)
	if m == nil {
		b.Fatalf("no Pss in %s", text)
	}
	n, err := strconv.ParseFloat(string(m[1]), 64)
	if err != nil {
		b.Fatal(err)
	}
	return n * 1024
}
