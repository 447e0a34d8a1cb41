package output

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/pdk/go"
)

// What one plugin may log. What is beyond is dropped, and the log says how much it was.
const (
	MaxLinesPerSecond = 500
	MaxBytesPerSecond = 512 << 10
	maxFields         = 32
)

// Limited is a plugin's services with a bounded log. What the host itself has to say about the plugin goes to the Services
// within, so that no flood can drown it.
type Limited struct {
	plugin.Services
	// Now is the clock; nil: time.Now.
	Now func() time.Time

	mu      sync.Mutex
	began   time.Time // of the second that is counted
	lines   int
	bytes   int
	dropped int // lines since the log was last told
	lost    int // bytes of these
}

// Limit bounds the log of one plugin.
func Limit(s plugin.Services) *Limited { return &Limited{Services: s} }

// Log implements plugin.Services.
func (l *Limited) Log(id, level, message string, fields map[string]string) {
	message, fields = shorten(message, fields)
	size := len(message)
	for k, v := range fields {
		size += len(k) + len(v)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now
	if l.Now != nil {
		now = l.Now
	}
	if at := now(); at.Sub(l.began) >= time.Second {
		l.tell(id)
		l.began, l.lines, l.bytes = at, 0, 0
	}
	if l.lines >= MaxLinesPerSecond || l.bytes+size > MaxBytesPerSecond {
		l.dropped++
		l.lost += size
		return
	}
	l.lines++
	l.bytes += size
	l.Services.Log(id, level, message, fields)
}

// Flush tells the log what has been dropped since it was last told.
func (l *Limited) Flush(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tell(id)
}

func (l *Limited) tell(id string) {
	if l.dropped == 0 {
		return
	}
	l.Services.Log(id, pdk.LevelWarn, fmt.Sprintf("the plugin logs too much: %d lines (%d bytes) were dropped; %d lines and %d bytes a second are kept",
		l.dropped, l.lost, MaxLinesPerSecond, MaxBytesPerSecond), nil)
	l.dropped, l.lost = 0, 0
}

// shorten cuts what one line may hold.
func shorten(message string, fields map[string]string) (string, map[string]string) {
	message = cut(message)
	room, long := maxLine, len(fields) > maxFields
	for k, v := range fields {
		room -= len(k) + len(v)
		long = long || room < 0
	}
	if !long {
		return message, fields
	}
	return message, map[string]string{"fields": fmt.Sprintf("%d, too many or too long for a line of log", len(fields))}
}

func cut(text string) string {
	if len(text) <= maxLine {
		return text
	}
	return strings.ToValidUTF8(text[:maxLine], "") + fmt.Sprintf("… and %d bytes more", len(text)-maxLine)
}

var _ plugin.Services = (*Limited)(nil)
