// Package benchline is internal/benchline under the name that the core's benchmarks know it by. New benchmarks import that one.
package benchline

import (
	"time"

	"github.com/dougong-dev/dougong/internal/benchline"
)

// Line is one measured result.
type Line = benchline.Line

// ReferenceTime is what the reference loop takes on the machine that the budgets were set for.
const ReferenceTime = benchline.ReferenceTime

// Reference says how long a fixed amount of work takes.
func Reference() time.Duration { return benchline.Reference() }

// Timed is a line of a time against the reference loop.
func Timed(name string, took, references []time.Duration, atMost time.Duration) Line {
	return benchline.Timed(name, took, references, atMost)
}

// Median is the value in the middle; list is left as it is.
func Median[T time.Duration | float64](list []T) T { return benchline.Median(list) }
