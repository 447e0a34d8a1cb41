package benchline

import (
	"slices"
	"time"
)

// ReferenceTime is what the reference loop takes on the machine that the budgets were set for, with nothing else to do.
const ReferenceTime = 10 * time.Millisecond

// referenceSteps makes the loop take ReferenceTime there.
const referenceSteps = 5_500_000

// Reference runs a fixed amount of work, a chain of integer operations that no compiler can shorten, and says how long it
// took: the median of several runs. A budget of time is a ratio to it, so that it means the same on a slower or busier
// machine. Measure it next to what is compared with it.
func Reference() time.Duration {
	var times [9]time.Duration
	for i := range times {
		start := time.Now()
		end := chain(uint64(i) + 1)
		times[i] = time.Since(start)
		if end == 0 { // it never is, which the compiler does not know
			times[i] = 0
		}
	}
	slices.Sort(times[:])
	return times[len(times)/2]
}

// Timed is a line of a time against the reference loop; atMost is the budget on the machine the budgets were set for.
func Timed(name string, took, reference, atMost time.Duration) Line {
	return Line{
		Name: name, Value: float64(took.Microseconds()) / 1000, Unit: "ms", Peer: "reference-loop",
		Ratio: float64(took) / float64(reference), AtMost: float64(atMost) / float64(ReferenceTime),
	}
}

func chain(x uint64) uint64 {
	for range referenceSteps {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	return x
}
