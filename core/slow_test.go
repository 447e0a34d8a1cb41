package core_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/pdk/go"
)

// waiting is a runtime in which one plugin does not start before somebody was told that it takes long.
type waiting struct {
	inside
	slow string
	told chan struct{}
}

func (w waiting) Start(ctx context.Context, spec plugin.Spec) (plugin.Instance, error) {
	if spec.Manifest.ID == w.slow {
		<-w.told
	}
	return w.inside.Start(ctx, spec)
}

func TestSlowStartIsTold(t *testing.T) {
	t.Parallel()
	plugins := inside{"a.quick": memory("a.quick"), "b.slow": pdk.New("b.slow", "1.0.0")}
	w := waiting{plugins, "b.slow", make(chan struct{})}
	var mu sync.Mutex
	var said []string
	c := setup(t, pluginDir(t, "a.quick", store, ""), pluginDir(t, "b.slow", "dougong.geolocation/v1", ""))
	k, err := core.New(t.Context(), c, core.Options{Runtime: w, Logger: slog.New(slog.DiscardHandler), SlowAfter: 20 * time.Millisecond, Slow: func(what string) {
		mu.Lock()
		defer mu.Unlock()
		said = append(said, what)
		if strings.Contains(what, "b.slow") {
			close(w.told)
		}
	}})
	if err == nil {
		_ = k.Close()
	}
	mu.Lock()
	defer mu.Unlock()
	if got := strings.Join(said, "\n"); !strings.Contains(got, "compiling b.slow 2/2 …") {
		t.Errorf("said %q (%v)", got, err)
	}
}
