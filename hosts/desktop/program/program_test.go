package program

import (
	"errors"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/hosts/desktop"
)

func TestRunWithoutWindow(t *testing.T) {
	t.Parallel()
	if err := Run([]string{"a", "b"}); err == nil || !strings.Contains(err.Error(), "usage:") {
		t.Errorf("two arguments: got %v, want the usage", err)
	}
	if desktop.Supported {
		return // opening the window needs a screen
	}
	if err := Run(nil); !errors.Is(err, desktop.ErrNoWindow) {
		t.Errorf("got %v, want how to get the window", err)
	}
}
