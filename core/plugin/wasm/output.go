package wasm

import (
	"bytes"
	"strings"
)

const (
	maxLine = 8 << 10 // a longer line of output is broken
	maxTail = 512     // how much of the last output an error tells
)

// output turns what a guest prints into log lines, and remembers the last of it for the error of a crash.
type output struct {
	log  func(line string)
	line []byte
	last []string
}

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
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

func (o *output) add(p []byte) {
	for len(o.line)+len(p) > maxLine {
		room := maxLine - len(o.line)
		o.line = append(o.line, p[:room]...)
		p = p[room:]
		o.flush()
	}
	o.line = append(o.line, p...)
}

// flush logs what has been printed since the last line ended.
func (o *output) flush() {
	if len(o.line) == 0 {
		return
	}
	line := strings.ToValidUTF8(string(o.line), "\uFFFD")
	o.line = o.line[:0]
	if len(o.last) < 4 {
		o.last = append(o.last, line)
	}
	o.log(line)
}

// tail is the beginning of what the guest printed in its last call: a crash says first what it is and then where.
func (o *output) tail() string {
	text := strings.Join(o.last, "; ")
	return text[:min(len(text), maxTail)]
}
