// Package benchline prints the result of a benchmark as one line that people and scripts read alike:
//
//	BENCH name=wasm-call-100B value=812 unit=ns peer=bare-wazero ratio=2.61 budget=<=3 verdict=ok
//
// A ratio compares two measurements of the same run, so that it means the same on any machine. The package knows nothing
// of what is measured.
package benchline

import (
	"fmt"
	"io"
	"os"
)

// Line is one measured result. Without a budget the verdict is "info".
type Line struct {
	Name  string
	Value float64 // in Unit
	Unit  string  // "ns", "bytes", "ms" …
	Peer  string  // what Ratio compares with; "" for none
	Ratio float64
	// AtMost or AtLeast is the budget of Ratio (of Value, if there is no Peer); 0 means no budget.
	AtMost, AtLeast float64
}

// Verdict is "ok", "short" (the budget is missed) or "info" (there is none).
func (l Line) Verdict() string {
	measured := l.Ratio
	if l.Peer == "" {
		measured = l.Value
	}
	switch {
	case l.AtMost == 0 && l.AtLeast == 0:
		return "info"
	case l.AtMost != 0 && measured > l.AtMost, l.AtLeast != 0 && measured < l.AtLeast:
		return "short"
	default:
		return "ok"
	}
}

// String formats the line.
func (l Line) String() string {
	budget := "-"
	switch {
	case l.AtMost != 0:
		budget = fmt.Sprintf("<=%g", l.AtMost)
	case l.AtLeast != 0:
		budget = fmt.Sprintf(">=%g", l.AtLeast)
	}
	peer, ratio := "-", "-"
	if l.Peer != "" {
		peer, ratio = l.Peer, fmt.Sprintf("%.3g", l.Ratio)
	}
	return fmt.Sprintf("BENCH name=%s value=%.6g unit=%s peer=%s ratio=%s budget=%s verdict=%s",
		l.Name, l.Value, l.Unit, peer, ratio, budget, l.Verdict())
}

// Print writes the line to standard output, where `make bench` collects it.
func (l Line) Print() { l.Fprint(os.Stdout) }

// Fprint writes the line to w.
func (l Line) Fprint(w io.Writer) { fmt.Fprintln(w, l.String()) }
