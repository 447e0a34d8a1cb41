package peerbench

import (
	"slices"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/internal/benchline"
)

// side is one of the two that are compared: a call that gives back what it was given.
type side struct {
	name string
	call func(in []byte) ([]byte, error)
}

// sizes are the payloads, see chainBody. A batch is shorter than the system's time slice,
// so that on a busy machine the median is one that nobody has interrupted.
var sizes = []struct {
	name   string
	bytes  int
	calls  int // in one batch
	rounds int
}{{"100B", 100, 20, 600}, {"64KiB", 64 << 10, 1, 200}}

// compare runs both in turns, so that they see the same machine, and prints the ratio of the median batches.
func compare(b *testing.B, line benchline.Line, ours, peer side, in []byte, calls, rounds int) {
	b.Helper()
	var mine, theirs []time.Duration
	for i := range rounds + 3 {
		a, z := timed(b, ours, in, calls), timed(b, peer, in, calls)
		if i >= 3 { // the first ones warm up
			mine, theirs = append(mine, a), append(theirs, z)
		}
	}
	a, z := median(mine)/float64(calls), median(theirs)/float64(calls)
	b.ReportMetric(a, "ours-ns/call")
	b.ReportMetric(z, "peer-ns/call")
	line.Value, line.Unit, line.Peer, line.Ratio = a, "ns", peer.name, z/a
	line.Print()
	allocs := testing.AllocsPerRun(calls, func() { _, _ = ours.call(in) })
	benchline.Line{Name: line.Name + "-allocs", Value: allocs, Unit: "allocs"}.Print()
	for range b.N { // the framework asks for a loop; the comparison has its own rounds
		if _, err := ours.call(in); err != nil {
			b.Fatal(err)
		}
	}
}

func timed(b *testing.B, s side, in []byte, calls int) time.Duration {
	began := time.Now()
	for range calls {
		if out, err := s.call(in); err != nil || len(out) != len(in) {
			b.Fatalf("%s: %d bytes, %v", s.name, len(out), err)
		}
	}
	return time.Since(began)
}

func median(batches []time.Duration) float64 {
	slices.Sort(batches)
	return float64(batches[len(batches)/2])
}
