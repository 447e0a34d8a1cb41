package compose

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/pdk/go/strict"
)

// Problem is one thing that does not fit.
type Problem struct {
	At   strict.Position `json:"at"`
	What string          `json:"what"`
	Next string          `json:"next"` // what to do about it
}

// String gives file:line:column, what is wrong, and what to do.
func (p Problem) String() string {
	text := p.What
	if at := p.At.String(); at != "" {
		text = at + ": " + text
	}
	if p.Next != "" {
		text += "\n  next: " + p.Next
	}
	return text
}

// Problems is everything that does not fit, in the order of the file.
type Problems []Problem

// Error gives them one after the other.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = one.String()
	}
	return strings.Join(lines, "\n")
}

func (p *Problems) add(at strict.Position, next, what string) {
	*p = append(*p, Problem{at, what, next})
}

func (p Problems) sort() {
	slices.SortStableFunc(p, func(a, b Problem) int { return cmp.Or(a.At.Line-b.At.Line, a.At.Column-b.At.Column) })
}
