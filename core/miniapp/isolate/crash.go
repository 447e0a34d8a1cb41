package isolate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/pdk/go"
)

// reload is what a user can do after a crash.
const reload = "open the mini-program again; others are not affected"

// outcome is why the actor did not end by itself, nil if it did or if the host ended it. The process is gone.
func (s *session) outcome(ctx context.Context) *message.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed != nil {
		return s.closed.Error
	}
	if ctx.Err() != nil && s.dying == nil && (s.fault == nil || s.fault.ID == "process-protocol") {
		return nil // it was closed, perhaps in the middle of a frame
	}
	e := s.cause()
	if e.Hint == "" {
		e.Hint = reload
	}
	s.pool.o.Log.Warn("a mini-program's process ended", "app", s.job.Program.App.ID, "reason", e.ID, "message", e.Message,
		"state", s.c.cmd.ProcessState.String(), "stderr", s.c.stderr.String())
	return e
}

// cause is the best that is known of a crash: what the runtime wrote as it ended tells more than a frame cut off by that.
func (s *session) cause() *message.Error {
	select {
	case <-s.pool.closed:
		return &message.Error{ID: "process-ended", Origin: "engine", Message: "the host ended the mini-program"}
	default:
	}
	if s.dying != nil {
		return s.dying
	}
	text := s.c.stderr.String()
	switch {
	case outOfMemory(text):
		return &message.Error{ID: "process-memory", Origin: "app", Message: fmt.Sprintf("the mini-program used more than the %d MB of memory it may have", s.pool.memory(s.job)>>20)}
	case strings.Contains(text, "stack exceeds"):
		return &message.Error{ID: "process-stack", Origin: "app", Message: "the mini-program's data or calls were nested too deep"}
	case s.fault != nil:
		return s.fault
	}
	return &message.Error{ID: "process-killed", Origin: "engine", Message: "the mini-program's process ended: " + s.c.cmd.ProcessState.String() + firstLine(text)}
}

// firstLine is what the process wrote first before it ended, as the end of a sentence.
func firstLine(stderr string) string {
	line, _, _ := strings.Cut(stderr, "\n")
	if line == "" {
		return ""
	}
	return ": " + line
}

// outOfMemory knows the ways in which the runtime says that it got no memory.
func outOfMemory(stderr string) bool {
	for _, s := range []string{"out of memory", "cannot allocate", "errno=12", "failed to reserve", "failed to create new OS thread", "pthread_create failed: Resource"} {
		if strings.Contains(stderr, s) {
			return true
		}
	}
	return false
}

// isEnd tells the end of a stream, in whatever way it came about, from a broken rule.
func isEnd(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, fs.ErrClosed)
}

func tooLarge(id uint64, cause error) *message.Reply {
	return &message.Reply{ID: id, Error: pdk.Errorf(pdk.CodeQuota, "quota", "the answer is too large: %v", cause)}
}
