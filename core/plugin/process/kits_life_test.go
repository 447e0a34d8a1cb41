package process_test

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/plugin/internal/suite"
	"github.com/dougong-dev/dougong/core/plugin/process"
	"github.com/dougong-dev/dougong/pdk/go"
)

func command(ctx context.Context, run []string) *exec.Cmd {
	return exec.CommandContext(ctx, run[0], run[1:]...)
}

// eventsOf returns the events of one task.
func (r *running) eventsOf(task uint64) (events []suite.Event) {
	for _, e := range r.host.Events() {
		if e.Info.Task == task {
			events = append(events, e)
		}
	}
	return events
}

func testKitCountdown(t *testing.T, r *running) {
	i := info("countdown")
	i.Task = 11
	var out struct{ Ticks int }
	if err := r.doContext(patience(t), i, map[string]int{"from": 300}, &out); err != nil || out.Ticks != 300 {
		t.Fatalf("countdown = %+v, %v", out, err)
	}
	events := r.eventsOf(11)
	if len(events) != 300 {
		t.Fatalf("%d ticks, want 300", len(events))
	}
	for n, e := range events {
		var tick struct {
			Left int
			Data pdk.Blob
		}
		want := 299 - n
		if err := pdk.Decode(e.Payload, &tick); err != nil || e.Name != "tick" || e.Final || tick.Left != want || string(tick.Data) != string([]byte{byte(want % 251)}) {
			t.Fatalf("tick %d: %s %+v, %v, want left %d", n, e.Name, tick, err, want)
		}
	}
}

func testKitSession(t *testing.T, r *running) {
	do := func(task uint64, method string, in, out any) error {
		i := info(method)
		i.Task = task
		return r.doContext(patience(t), i, in, out)
	}
	for _, task := range []uint64{21, 22} {
		if err := do(task, "session", nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	for n, text := range []string{"一", "two"} {
		var out struct{ Sent int }
		if err := do(21, "session.send", map[string]string{"text": text}, &out); err != nil || out.Sent != n+1 {
			t.Errorf("send = %+v, %v, want %d", out, err, n+1)
		}
	}
	if err := do(21, "session.close", nil, nil); err != nil {
		t.Fatal(err)
	}
	mustFail(t, do(21, "session.send", map[string]string{"text": "x"}, nil), 70002, "")
	mustFail(t, do(21, "session.close", nil, nil), 70002, "")
	var got []string
	for _, e := range r.eventsOf(21) {
		got = append(got, fmt.Sprintf("%s %s %v", e.Name, e.Payload.JSON, e.Final))
	}
	if want := `message {"text":"一"} false, message {"text":"two"} false, closed {} true`; strings.Join(got, ", ") != want {
		t.Errorf("events: %s\nwant: %s", strings.Join(got, ", "), want)
	}
	if err := do(22, "session.close", nil, nil); err != nil {
		t.Errorf("the other session: %v", err)
	}
}

func testKitCanceled(t *testing.T, r *running) {
	ctx, cancel := context.WithCancel(patience(t))
	i := info("sleep")
	done := make(chan error, 1)
	go func() { done <- r.doContext(ctx, i, map[string]int{"ms": 25000}, nil) }()
	r.alive() // by then, the other is likely on its way
	cancel()
	mustFail(t, <-done, pdk.CodeCanceled, "")
	r.alive()
}

// testKitLate lets a deadline pass: the plugin heeds it and lives on, as TestKitSpin shows that it would not otherwise.
func testKitLate(t *testing.T, r *running) {
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	mustFail(t, r.doContext(ctx, info("sleep"), map[string]int{"ms": 25000}, nil), pdk.CodeTimeout, "")
	r.alive()
}

func ended(t *testing.T, r *running) error {
	t.Helper()
	select {
	case <-r.Done():
		return r.Err()
	case <-patience(t).Done():
		t.Fatal("the process is still there")
		return nil
	}
}

// TestKitSpin has a method heed nothing: the process is killed, and says so. A call that on a busy machine does not begin
// before its deadline is made again.
func TestKitSpin(t *testing.T) {
	if testing.Short() {
		return // it needs the kits' toolchains
	}
	eachKit(t, func(t *testing.T, k *kit) {
		r := k.start(t, process.Options{Grace: 300 * time.Millisecond})
		for spinning := true; spinning; {
			ctx, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
			err := r.doContext(ctx, info("spin"), nil, nil)
			cancel()
			mustFail(t, err, pdk.CodeTimeout, "")
			select {
			case <-r.Done():
				spinning = false
			case <-time.After(5 * time.Second):
			}
		}
		err := ended(t, r)
		if err == nil || !strings.Contains(err.Error(), "was killed") {
			t.Errorf("the plugin's end: %v", err)
		}
	})
}

// TestKitHeeds gives up a call and has the host ask whether the plugin still is at it: it is not, and lives.
func TestKitHeeds(t *testing.T) {
	if testing.Short() {
		return // it needs the kits' toolchains
	}
	eachKit(t, func(t *testing.T, k *kit) {
		r := k.start(t, process.Options{Grace: time.Second})
		testKitLate(t, r)
		timer := time.NewTimer(3 * time.Second) // longer than the host waits before it kills
		defer timer.Stop()
		select {
		case <-r.Done():
			t.Errorf("the plugin was ended: %v", r.Err())
		case <-timer.C:
		}
		r.alive()
	})
}

func TestKitCrash(t *testing.T) {
	if testing.Short() {
		return // it needs the kits' toolchains
	}
	eachKit(t, func(t *testing.T, k *kit) {
		r := k.start(t, process.Options{Grace: grace})
		i := info("session")
		i.Task = 5
		if err := r.doContext(patience(t), i, nil, nil); err != nil {
			t.Fatal(err)
		}
		mustFail(t, r.do("crash", nil, nil), pdk.CodeUnavailable, "ended during crash (exit status 1)")
		_ = ended(t, r)
		if events := r.eventsOf(5); len(events) != 1 || events[0].Name != "closed" || !events[0].Final {
			t.Errorf("the lost task's events: %+v", events)
		}
	})
}

// TestKitClose stops a plugin in the middle of a call: it goes by itself, within the time that it has.
func TestKitClose(t *testing.T) {
	if testing.Short() {
		return // it needs the kits' toolchains
	}
	eachKit(t, func(t *testing.T, k *kit) {
		r := k.start(t, process.Options{Grace: grace, StopTimeout: suite.Patience})
		done := make(chan error, 1)
		go func() { done <- r.do("sleep", map[string]int{"ms": 25000}, nil) }()
		r.alive()
		if err := r.Close(patience(t)); err != nil {
			t.Error(err)
		}
		mustFail(t, <-done, pdk.CodeUnavailable, "is stopped")
		if err := ended(t, r); err != nil {
			t.Errorf("the plugin's end: %v", err)
		}
	})
}
