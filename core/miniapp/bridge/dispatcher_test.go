package bridge_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/miniapp/bridge"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/pdk/go"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// caller is the kernel's side in these tests.
type caller func(ctx context.Context, call *capability.Call) (pdk.Payload, error)

func (c caller) Call(ctx context.Context, call *capability.Call) (pdk.Payload, error) {
	return c(ctx, call)
}

// newDispatcher starts a dispatcher whose posts arrive in the channel.
func newDispatcher(t *testing.T, c caller) (*bridge.Dispatcher, chan message.ToActor) {
	t.Helper()
	posts := make(chan message.ToActor, 16)
	d := bridge.NewDispatcher(t.Context(), c, bridge.Identity{App: "app", User: "anna"}, func(m message.ToActor) { posts <- m })
	t.Cleanup(d.Close)
	return d, posts
}

func TestCallCarriesTheHostsIdentity(t *testing.T) {
	t.Parallel()
	d, posts := newDispatcher(t, func(_ context.Context, c *capability.Call) (pdk.Payload, error) {
		if c.App != "app" || c.User != "anna" || c.Page != "pages/a/a" || len(c.Trace) != 32 {
			t.Errorf("call is by app %q, user %q, page %q, trace %q", c.App, c.User, c.Page, c.Trace)
		}
		return c.Payload, nil
	})
	d.Start(message.Call{ID: 7, Capability: "x/v1", Method: "m", Page: "pages/a/a", Payload: pdk.Payload{JSON: []byte(`1`)}})
	m := <-posts
	if m.Reply == nil || m.Reply.ID != 7 || string(m.Reply.Payload.JSON) != "1" {
		t.Errorf("reply = %+v, want id 7 with the payload", m.Reply)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		call    caller
		timeout int
		code    int
		message string
	}{
		"declared": {func(context.Context, *capability.Call) (pdk.Payload, error) {
			return pdk.Payload{}, pdk.Errorf(70001, "cancel", "canceled by the user")
		}, 0, 70001, "canceled by the user"},
		"plain": {func(context.Context, *capability.Call) (pdk.Payload, error) {
			return pdk.Payload{}, errors.New("disk on fire")
		}, 0, pdk.CodeInternal, "disk on fire"},
		"deadline": {func(ctx context.Context, _ *capability.Call) (pdk.Payload, error) {
			<-ctx.Done()
			return pdk.Payload{}, ctx.Err()
		}, 1, pdk.CodeTimeout, "timeout"},
		"panic": {func(context.Context, *capability.Call) (pdk.Payload, error) { panic("oh") }, 0, pdk.CodeInternal, "panicked: oh"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, _ := newDispatcher(t, tt.call)
			for _, task := range []uint64{0, 1} {
				r := d.Sync(message.Call{ID: 1, Task: task, Timeout: tt.timeout})
				if r.Error == nil || r.Error.Code != tt.code || !strings.Contains(r.Error.Message, tt.message) {
					t.Errorf("task %d: error = %v, want code %d with %q", task, r.Error, tt.code, tt.message)
				}
			}
		})
	}
}

func TestTaskLivesUntilItsEvent(t *testing.T) {
	t.Parallel()
	var (
		number uint64
		events func(capability.Event)
		life   context.Context
	)
	d, posts := newDispatcher(t, func(ctx context.Context, c *capability.Call) (pdk.Payload, error) {
		switch c.Method {
		case "connectSocket":
			number, events, life = c.Task, c.Events, ctx
		case "connectSocket.send":
			if c.Task != number {
				t.Errorf("send belongs to task %d, want %d", c.Task, number)
			}
		}
		return pdk.Payload{}, nil
	})
	d.Start(message.Call{ID: 3, Task: 3, Method: "connectSocket", Until: "close", Timeout: 60_000})
	<-posts
	if life.Err() != nil {
		t.Fatal("the task's context ended with the reply")
	}
	d.Start(message.Call{ID: 4, Task: 3, Method: "connectSocket.send"})
	<-posts
	events(capability.Event{Name: "message"})
	events(capability.Event{Name: "close"})
	if m := <-posts; m.Task.Task != 3 || m.Task.Name != "message" || m.Task.Final {
		t.Errorf("first event = %+v", m.Task)
	}
	if m := <-posts; m.Task.Name != "close" || !m.Task.Final {
		t.Errorf("second event = %+v, want close, final", m.Task)
	}
	<-life.Done()
	events(capability.Event{Name: "message"})
	select {
	case m := <-posts:
		t.Errorf("an event after the end was posted: %+v", m.Task)
	default:
	}
}

// An abort in the very turn that made the request finds the task, however the goroutines of both run.
func TestTaskMethodsFollowTheStart(t *testing.T) {
	t.Parallel()
	started := make(chan *capability.Call)
	aborted := make(chan struct{})
	d, posts := newDispatcher(t, func(_ context.Context, c *capability.Call) (pdk.Payload, error) {
		if c.Method == "request.abort" {
			close(aborted)
			return pdk.Payload{}, nil
		}
		started <- c
		<-aborted
		return pdk.Payload{}, pdk.Errorf(600004, "aborted", "abort")
	})
	d.Start(message.Call{ID: 1, Task: 1, Method: "request"})
	d.Start(message.Call{ID: 2, Task: 1, Method: "request.abort"})
	call := <-started
	select {
	case <-aborted:
		t.Fatal("the abort went ahead of its task")
	default:
	}
	call.Begun()
	for range 2 {
		switch m := <-posts; {
		case m.Reply.ID == 1 && (m.Reply.Error == nil || m.Reply.Error.Message != "abort"):
			t.Errorf("the request ended with %v, want abort", m.Reply.Error)
		case m.Reply.ID == 2 && m.Reply.Error != nil:
			t.Errorf("the abort failed: %v", m.Reply.Error)
		}
	}
}

func TestTaskNumbersAreUniqueAcrossSessions(t *testing.T) {
	t.Parallel()
	seen := map[uint64]bool{}
	for range 3 {
		d, _ := newDispatcher(t, func(_ context.Context, c *capability.Call) (pdk.Payload, error) {
			if c.Task == 0 || seen[c.Task] {
				t.Errorf("task number %d was used before", c.Task)
			}
			seen[c.Task] = true
			return pdk.Payload{}, nil
		})
		d.Sync(message.Call{ID: 1, Task: 1})
	}
}

func TestCloseCancelsCalls(t *testing.T) {
	t.Parallel()
	started := make(chan struct{})
	d, posts := newDispatcher(t, func(ctx context.Context, _ *capability.Call) (pdk.Payload, error) {
		close(started)
		<-ctx.Done()
		return pdk.Payload{}, ctx.Err()
	})
	d.Start(message.Call{ID: 1})
	<-started
	d.Close()
	if m := <-posts; m.Reply.Error == nil || m.Reply.Error.Code != pdk.CodeCanceled {
		t.Errorf("reply = %+v, want canceled", m.Reply)
	}
	d.Start(message.Call{ID: 2})
	select {
	case m := <-posts:
		t.Errorf("a call after Close was answered: %+v", m)
	default:
	}
}

func TestTasksAreBounded(t *testing.T) {
	t.Parallel()
	d, _ := newDispatcher(t, func(context.Context, *capability.Call) (pdk.Payload, error) { return pdk.Payload{}, nil })
	for i := range uint64(bridge.MaxTasks) {
		if r := d.Sync(message.Call{ID: i + 1, Task: i + 1, Until: "close"}); r.Error != nil {
			t.Fatalf("task %d: %v", i, r.Error)
		}
	}
	if r := d.Sync(message.Call{ID: 9999, Task: 9999, Until: "close"}); r.Error == nil || r.Error.Code != pdk.CodeQuota {
		t.Errorf("one task more: %+v, want the code %d", r, pdk.CodeQuota)
	}
}
