package process

import (
	"errors"
	"strings"
	"syscall"
	"testing"
)

// TestUnwatchedProcessSaysWhy: a plugin that the host ends because it cannot watch it did not crash, and whoever reads why is told.
func TestUnwatchedProcessSaysWhy(t *testing.T) {
	t.Parallel()
	killed := errors.New("signal: killed")
	for _, c := range []struct {
		name          string
		exit, watched error
		want          string // "": no error
	}{
		{"ended well", nil, nil, ""},
		{"killed by somebody", killed, nil, "signal: killed"},
		{"not watched", killed, syscall.EMFILE, "the host could not watch the process, and ended it: too many open files (signal: killed)"},
		{"not watched, ended well at the same moment", nil, syscall.EMFILE, "could not watch the process, and ended it: too many open files"},
	} {
		err := exitError(c.exit, c.watched)
		if (err == nil) != (c.want == "") || err != nil && !strings.HasSuffix(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %q stands in a sentence, and is more than a line", c.name, err)
		}
		if c.watched != nil && !errors.Is(err, syscall.EMFILE) {
			t.Errorf("%s: the cause is lost in %v", c.name, err)
		}
	}
}
