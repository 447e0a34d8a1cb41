package conformance

import (
	"fmt"
	"io"
	"strings"
)

// WriteText writes a report for people: each failed case with what was sent, expected and found, then the counts.
// all lists the others too.
func (r *Report) WriteText(w io.Writer, all bool) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s (%s) provides %s\n", r.Plugin.ID, r.Plugin.Version, r.Plugin.Runtime, strings.Join(r.Plugin.Provides, ", "))
	for _, c := range r.Cases {
		switch c.Outcome {
		case Passed:
			if all {
				fmt.Fprintf(&b, "ok    %s: %s\n", c.ID, c.Name)
			}
		case Skipped:
			if all {
				fmt.Fprintf(&b, "skip  %s: %s\n", c.ID, c.Hint)
			}
		case Failed:
			c.write(&b)
		}
	}
	fmt.Fprintf(&b, "%d passed, %d failed, %d skipped\n", r.Passed, r.Failed, r.Skipped)
	_, err := io.WriteString(w, b.String())
	return err
}

func (c *Result) write(b *strings.Builder) {
	fmt.Fprintf(b, "FAIL  %s: %s\n", c.ID, c.Name)
	for _, line := range []struct{ label, text string }{
		{"at", c.Step}, {"sent", c.Sent}, {"expected", c.Expected}, {"found", c.Found}, {"hint", c.Hint},
	} {
		if line.text != "" {
			fmt.Fprintf(b, "      %-9s %s\n", line.label, strings.ReplaceAll(line.text, "\n", "\n                "))
		}
	}
}
