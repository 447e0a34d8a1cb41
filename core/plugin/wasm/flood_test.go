package wasm

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/plugin/internal/output"
	"github.com/dougong-dev/dougong/core/plugin/internal/suite"
)

// TestFlood lets a guest log and print as fast as it can: what the host keeps is bounded, and it says what is missing.
func TestFlood(t *testing.T) {
	t.Parallel()
	p := newSuite(t).Start(t, nil)
	const calls = 3000
	for range calls {
		for _, method := range []string{"log", "print"} {
			if err := p.Do(suite.Info(method), map[string]string{"text": "flood"}, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := p.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	kept, dropped := 0, 0
	for _, l := range p.Host.Logs() {
		var n int
		if _, err := fmt.Sscanf(l.Message, "the plugin logs too much: %d lines", &n); err == nil {
			dropped += n
		} else if strings.Contains(l.Message, "flood") {
			kept++
		}
	}
	if dropped == 0 || kept+dropped != 3*calls || kept < output.MaxLinesPerSecond {
		t.Errorf("%d lines are kept and %d said to be dropped, of %d", kept, dropped, 3*calls)
	}
}
