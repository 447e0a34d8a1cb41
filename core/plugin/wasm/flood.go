package wasm

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
)

// What a plugin may log. A guest can write lines faster than any log takes them.
const (
	// LogBurst is the number of lines that a plugin may log at once.
	LogBurst = 1000
	// LogRate is the number of lines a second that it may log in the long run.
	LogRate = 200
	// MaxLogLine is where a line is cut.
	MaxLogLine = 16 << 10
)

// flood counts a plugin's log lines. Once it has begun to drop some it goes on until there is room for LogRate of them, so
// that what gets through is readable and the count of the others is told once a second at most. The zero flood is ready.
type flood struct {
	dropped atomic.Int64

	mu    sync.Mutex
	spent float64   // lines; it falls by LogRate a second
	since time.Time // when spent was right
	told  time.Time // when dropped was told
}

// admit reports whether a line may be logged.
func (f *flood) admit(now time.Time) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.spent = max(0, f.spent-now.Sub(f.since).Seconds()*LogRate)
	f.since = now
	limit := float64(LogBurst)
	if f.dropped.Load() > 0 {
		limit -= LogRate
	}
	if f.spent+1 > limit {
		f.dropped.Add(1)
		return false
	}
	f.spent++
	return true
}

// tell returns how many lines were dropped, once a second or at once.
func (f *flood) tell(now time.Time, atOnce bool) int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !atOnce && now.Sub(f.told) < time.Second {
		return 0
	}
	f.told = now
	return f.dropped.Swap(0)
}

// log passes a line of the plugin's on.
func (p *wasmPlugin) log(level, text string, fields map[string]string) {
	if !p.logs.admit(time.Now()) {
		return
	}
	p.reportDropped(true)
	if len(text) > MaxLogLine {
		text = fmt.Sprintf("%s… (%d bytes)", strings.ToValidUTF8(text[:MaxLogLine], ""), len(text))
	}
	p.services.Log(p.manifest.ID, level, text, fields)
}

// reportDropped says how many lines were dropped, if any were.
func (p *wasmPlugin) reportDropped(atOnce bool) {
	if p.logs.dropped.Load() == 0 {
		return
	}
	if n := p.logs.tell(time.Now(), atOnce); n > 0 {
		p.services.Log(p.manifest.ID, pdk.LevelWarn,
			fmt.Sprintf("%d log lines of the plugin were dropped: it may log %d at once and %d a second", n, LogBurst, LogRate), nil)
	}
}
