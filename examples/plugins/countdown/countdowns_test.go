package main

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/pdktest"
)

const capability = "com.example.countdown/v1"

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// begin starts a countdown as task.
func begin(t *testing.T, h *pdktest.Host, task uint64, in Params) error {
	t.Helper()
	return as(h, task, "startCountdown", in)
}

func as(h *pdktest.Host, task uint64, method string, in any) error {
	info := h.Info
	info.Capability, info.Method, info.Task = capability, method, task
	return h.CallAs(context.Background(), info, in, nil)
}

func TestCountdown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, countdown)
}

func countdown(t *testing.T) {
	p := newPlugin()
	h := pdktest.New(t, p)
	if err := begin(t, h, 7, Params{Seconds: 0.3, Interval: 0.05}); err != nil {
		t.Fatal(err)
	}
	events := waitForEnd(t, h)
	last := events[len(events)-1]
	var end Finish
	if err := last.Decode(&end); err != nil || last.Name != "finish" || end.Stopped || last.Info.Task != 7 {
		t.Errorf("last event %+v %+v %v", last, end, err)
	}
	if len(events) != 6 || events[0].Name != "tick" { // the last at 0.25
		t.Fatalf("events %+v", events)
	}
	var first Tick
	if err := events[0].Decode(&first); err != nil || first.Left > 0.3 {
		t.Errorf("first tick %+v %v", first, err)
	}
}

// waitForEnd returns the events once the last one has come.
func waitForEnd(t *testing.T, h *pdktest.Host) []pdktest.Event {
	t.Helper()
	poll := time.NewTicker(5 * time.Millisecond)
	defer poll.Stop()
	late := time.After(10 * time.Second)
	for {
		if all := h.Events(); len(all) > 0 && all[len(all)-1].Final {
			return all
		}
		select {
		case <-poll.C:
		case <-late:
			t.Fatal("the countdown did not end")
		}
	}
}

func TestStop(t *testing.T) {
	t.Parallel()
	h := pdktest.New(t, newPlugin())
	if err := begin(t, h, 1, Params{Seconds: 3600}); err != nil {
		t.Fatal(err)
	}
	for range 2 { // stopping twice is no error
		if err := as(h, 1, "startCountdown.stop", nil); err != nil {
			t.Fatal(err)
		}
	}
	var end Finish
	events := waitForEnd(t, h)
	if err := events[0].Decode(&end); err != nil || !end.Stopped {
		t.Errorf("%+v %v", events, err)
	}
}

func TestTooMany(t *testing.T) {
	t.Parallel()
	h := pdktest.New(t, newPlugin())
	for i := range maxRunning {
		if err := begin(t, h, uint64(i+1), Params{Seconds: 3600}); err != nil {
			t.Fatal(err)
		}
	}
	if e := pdk.AsError(begin(t, h, maxRunning+1, Params{Seconds: 1})); e == nil || e.Code != codeTooMany {
		t.Errorf("one too many: %v", e)
	}
	// What is still running ends when the host closes the plugin; TestMain would see what is left.
}
