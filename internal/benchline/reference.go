package benchline

import (
	"slices"
	"time"
)

// ReferenceTime is what the reference loop takes on the machine that the budgets were set for, with nothing else to do: the
// processor's time of two hundred loops, of which the middle one took 10 ms.
const ReferenceTime = 10 * time.Millisecond

const (
	// referenceSteps makes the loop take ReferenceTime there.
	referenceSteps = 4_800_000
	// referenceLoops is how often the loop runs for one Reference.
	referenceLoops = 9
)

// Reference runs a fixed amount of work, a chain of integer operations that no compiler can shorten, several times, and says
// how long it took on average. A budget of time is a ratio to it, so that it means the same on a slower or busier machine: not
// the quickest loop counts, which a busy machine lets pass between two others' turns, but all of the time that they took.
// Measure it before and after what is compared with it.
func Reference() time.Duration {
	start := time.Now()
	end := uint64(1)
	for range referenceLoops {
		end = chain(end)
	}
	took := time.Since(start) / referenceLoops
	if end == 0 { // it never is, which the compiler does not know
		return 0
	}
	return took
}

// Timed is a line of a time against the reference loop; atMost is the budget on the machine the budgets were set for.
// references[i] was measured before took[i], and references[i+1], if there is one, after it. Each time is compared with those
// around it, and the ratio in the middle counts: a machine that is busy for a while spoils those rounds, and no others.
func Timed(name string, took, references []time.Duration, atMost time.Duration) Line {
	ratios := make([]float64, len(took))
	for i := range took {
		around := references[i:min(i+2, len(references))]
		var sum time.Duration
		for _, r := range around {
			sum += r
		}
		ratios[i] = float64(took[i]) * float64(len(around)) / float64(sum)
	}
	return Line{
		Name: name, Value: float64(Median(took).Microseconds()) / 1000, Unit: "ms", Peer: "reference-loop",
		Ratio: Median(ratios), AtMost: float64(atMost) / float64(ReferenceTime),
	}
}

// Median is the value in the middle; list is left as it is.
func Median[T time.Duration | float64](list []T) T {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}

func chain(x uint64) uint64 {
	for range referenceSteps {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	return x
}
