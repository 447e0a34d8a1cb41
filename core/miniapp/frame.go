package miniapp

import "github.com/dougong-dev/dougong/core/miniapp/message"

// withFrames shows the place of each failure in its source before it is passed on. It works on the host's side, which has
// the sources wherever the actor runs.
func withFrames(send func(message.FromActor), frame func(file string, line, column int) string) func(message.FromActor) {
	show := func(e *message.Error) *message.Error {
		if e == nil || e.Line == 0 || e.Frame != "" {
			return e
		}
		shown := *e
		shown.Frame = frame(e.File, e.Line, e.Column)
		return &shown
	}
	return func(m message.FromActor) {
		m.Error = show(m.Error)
		if m.Closed != nil {
			m.Closed = &message.Closed{Error: show(m.Closed.Error)}
		}
		send(m)
	}
}
