// Package output turns what a plugin prints into log lines, and keeps the beginning of it for the error of a crash.
package output

import (
	"bytes"
	"strings"
	"sync"
	"sync/atomic"
)

const (
	maxLine = 8 << 10 // a longer line is broken
	maxTail = 512     // how much of what was printed an error tells
	kept    = 4       // lines that an error tells
)

// Lines is an io.Writer that logs line by line. Log has to be set first. Safe for concurrent use.
type Lines struct {
	Log func(line string)

	used  atomic.Bool // something was printed since the last Forget
	mu    sync.Mutex
	line  []byte
	first []string // since the last Forget
	last  []string
}

// Write implements io.Writer.
func (o *Lines) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.used.Store(true)
	n := len(p)
	for len(p) > 0 {
		end := bytes.IndexByte(p, '\n')
		if end < 0 {
			o.add(p)
			break
		}
		o.add(p[:end])
		o.flush()
		p = p[end+1:]
	}
	return n, nil
}

func (o *Lines) add(p []byte) {
	for len(o.line)+len(p) > maxLine {
		room := maxLine - len(o.line)
		o.line = append(o.line, p[:room]...)
		p = p[room:]
		o.flush()
	}
	o.line = append(o.line, p...)
}

// Flush logs what has been printed since the last line ended.
func (o *Lines) Flush() {
	if !o.used.Load() {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.flush()
}

func (o *Lines) flush() {
	if len(o.line) == 0 {
		return
	}
	line := strings.ToValidUTF8(string(o.line), "\uFFFD")
	o.line = o.line[:0]
	if len(o.first) < kept {
		o.first = append(o.first, line)
	}
	o.last = append(o.last, line)
	if len(o.last) > 4*kept {
		o.last = append(o.last[:0], o.last[len(o.last)-2*kept:]...)
	}
	o.Log(line)
}

// Forget drops what an error would tell.
func (o *Lines) Forget() {
	if !o.used.Load() {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.used.Store(false)
	o.first, o.last = o.first[:0], o.last[:0]
}

// Cause is what an error tells: from the line on that says that a Go program has come to its end, or else what was printed
// first.
func (o *Lines) Cause() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	lines := o.first
	for i, line := range o.last {
		if strings.HasPrefix(line, "panic: ") || strings.HasPrefix(line, "fatal error: ") || strings.HasPrefix(line, "runtime: out of memory") {
			lines = o.last[i:min(len(o.last), i+kept)]
			break
		}
	}
	text := strings.Join(lines, "; ")
	if len(text) > maxTail {
		text = strings.ToValidUTF8(text[:maxTail], "") + "…"
	}
	return text
}
