package plugin

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// scripted is a runtime whose instances end when the test says so.
type scripted struct {
	mu     sync.Mutex
	fails  int // starts that will fail
	starts int
	live   []*scriptedInstance
	closed []string
}

type scriptedInstance struct {
	owner  *scripted
	id     string
	config []byte
	done   chan struct{}
	once   sync.Once
}

func (r *scripted) Start(_ context.Context, spec Spec) (Instance, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.starts++
	if r.fails > 0 {
		r.fails--
		return nil, errors.New("no luck")
	}
	i := &scriptedInstance{owner: r, id: spec.Manifest.ID, done: make(chan struct{})}
	r.live = append(r.live, i)
	return i, nil
}

// crash ends the newest instance.
func (r *scripted) crash() {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := r.live[len(r.live)-1]
	i.once.Do(func() { close(i.done) })
}

func (i *scriptedInstance) Describe(context.Context) (Description, error) {
	return Description{ID: i.id, Version: "1.0.0", Capabilities: map[string][]string{"example.c/v1": {"m"}}}, nil
}

func (i *scriptedInstance) Configure(_ context.Context, config []byte) error {
	if string(config) == "bad" {
		return pdk.Errorf(pdk.CodeConfig, "config", "bad")
	}
	i.config = config
	return nil
}

func (i *scriptedInstance) Call(context.Context, *capability.Call) (pdk.Payload, error) {
	select {
	case <-i.done:
		return pdk.Payload{}, pdk.Errorf(pdk.CodeUnavailable, "crashed", "gone")
	default:
		return pdk.Payload{JSON: i.config}, nil
	}
}

func (i *scriptedInstance) Done() <-chan struct{} { return i.done }
func (i *scriptedInstance) Err() error            { return errors.New("it fell over") }

func (i *scriptedInstance) Close(context.Context) error {
	i.owner.mu.Lock()
	defer i.owner.mu.Unlock()
	i.owner.closed = append(i.owner.closed, i.id)
	i.once.Do(func() { close(i.done) })
	return nil
}

type noServices struct{}

func (noServices) Service(context.Context, string, pdk.Info, string, pdk.Payload) (pdk.Payload, error) {
	return pdk.Payload{}, errors.New("none")
}
func (noServices) Emit(string, pdk.Info, string, pdk.Payload, bool) {}
func (noServices) Log(string, string, string, map[string]string)    {}
func specOf(id string) Spec {
	return Spec{Services: noServices{}, Manifest: &manifest.Manifest{ID: id, Version: "1.0.0", Provides: []string{"example.c/v1"},
		Runtime: manifest.Runtime{Process: map[string]string{"any": "x"}}}}
}

// await waits until the plugin's state fits. Where a state lasts only for a pause, the test runs in a bubble with a clock of its own.
func await(t *testing.T, p Instance, fits func(State) bool) State {
	t.Helper()
	s := p.(*supervised)
	timeout := time.After(10 * time.Second)
	for {
		s.mu.Lock()
		changed, state := s.changed, s.state
		s.mu.Unlock()
		if fits(state) {
			return state
		}
		select {
		case <-changed:
		case <-time.After(time.Millisecond): // Restarts is counted after the change
		case <-timeout:
			t.Fatalf("stuck in %+v", state)
		}
	}
}

func TestRestartWithConfig(t *testing.T) {
	t.Parallel()
	synctest.Test(t, restartWithConfig)
}

func restartWithConfig(t *testing.T) {
	r := &scripted{}
	s := NewSupervisor(SupervisorOptions{Process: r, MinBackoff: time.Millisecond})
	defer s.Close(context.Background())
	p, err := s.Start(context.Background(), specOf("com.example.a"))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Configure(context.Background(), []byte("good")); err != nil {
		t.Fatal(err)
	}
	if err := p.Configure(context.Background(), []byte("bad")); pdk.Code(err) != pdk.CodeConfig {
		t.Errorf("bad config: %v", err)
	}
	for n := 1; n <= 3; n++ {
		r.mu.Lock()
		r.fails = n - 1 // 0, 1, 2 failing restarts before it works
		r.mu.Unlock()
		r.crash()
		state := await(t, p, func(s State) bool { return s.Restarts == n && s.Status == Running })
		if want := map[bool]string{true: "it fell over", false: "no luck"}[n == 1]; state.LastError != want {
			t.Errorf("last error %q, want %q", state.LastError, want)
		}
		out, err := p.Call(context.Background(), &capability.Call{})
		if err != nil || string(out.JSON) != "good" {
			t.Errorf("after restart %d: %s, %v; want the good configuration", n, out.JSON, err)
		}
		p.(*supervised).failures = 0 // as after StableAfter
	}
}

func TestCallWaitsForRestart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, callWaitsForRestart)
}

func callWaitsForRestart(t *testing.T) {
	r := &scripted{}
	s := NewSupervisor(SupervisorOptions{Process: r, MinBackoff: 50 * time.Millisecond})
	defer s.Close(context.Background())
	p, err := s.Start(context.Background(), specOf("com.example.a"))
	if err != nil {
		t.Fatal(err)
	}
	r.crash()
	await(t, p, func(s State) bool { return s.Status == Restarting })
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	if _, err := p.Call(ctx, &capability.Call{}); pdk.Code(err) != pdk.CodeUnavailable || !strings.Contains(err.Error(), "it fell over") {
		t.Errorf("impatient call: %v", err)
	}
	if _, err := p.Call(context.Background(), &capability.Call{}); err != nil {
		t.Errorf("patient call: %v", err)
	}
}

func TestCircuitBreaker(t *testing.T) {
	t.Parallel()
	synctest.Test(t, circuitBreaker)
}

func circuitBreaker(t *testing.T) {
	r := &scripted{}
	s := NewSupervisor(SupervisorOptions{Process: r, MinBackoff: time.Microsecond, BreakAfter: 3, Cooldown: 100 * time.Millisecond})
	defer s.Close(context.Background())
	p, err := s.Start(context.Background(), specOf("com.example.a"))
	if err != nil {
		t.Fatal(err)
	}
	r.mu.Lock()
	r.fails = 3 // two while restarting, one on trial
	r.mu.Unlock()
	r.crash()
	await(t, p, func(s State) bool { return s.Status == Broken })
	began := time.Now()
	_, err = p.Call(context.Background(), &capability.Call{})
	if pdk.Code(err) != pdk.CodeUnavailable || !strings.Contains(err.Error(), "cut off after 3 failures in a row, the last one: no luck") {
		t.Errorf("got %v", err)
	}
	if d := time.Since(began); d > 0 {
		t.Errorf("a call of a broken plugin waits %s", d)
	}
	await(t, p, func(s State) bool { return s.Status == Running })
	r.mu.Lock()
	starts := r.starts
	r.mu.Unlock()
	if starts != 5 { // first start, two failing restarts, failing trial, working trial
		t.Errorf("%d starts, want 5", starts)
	}
}

func TestCloseInReverseOrder(t *testing.T) {
	t.Parallel()
	r := &scripted{}
	s := NewSupervisor(SupervisorOptions{Process: r})
	for _, id := range []string{"com.example.a", "com.example.b", "com.example.c"} {
		if _, err := s.Start(context.Background(), specOf(id)); err != nil {
			t.Fatal(err)
		}
	}
	var ids []string
	for _, st := range s.States() {
		ids = append(ids, st.ID)
		if st.Status != Running || st.Kind != "process" {
			t.Errorf("%+v", st)
		}
	}
	if err := s.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	slices.Reverse(ids)
	if !slices.Equal(r.closed, ids) {
		t.Errorf("closed %v, want %v", r.closed, ids)
	}
	if _, err := s.Start(context.Background(), specOf("com.example.d")); pdk.Code(err) != pdk.CodeUnavailable {
		t.Errorf("a start after Close: %v", err)
	}
}

func TestCloseDuringBackoff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, closeDuringBackoff)
}

func closeDuringBackoff(t *testing.T) {
	r := &scripted{}
	s := NewSupervisor(SupervisorOptions{Process: r, MinBackoff: time.Hour, MaxBackoff: time.Hour})
	p, err := s.Start(context.Background(), specOf("com.example.a"))
	if err != nil {
		t.Fatal(err)
	}
	r.crash()
	await(t, p, func(s State) bool { return s.Status == Restarting })
	waiting := make(chan error)
	go func() {
		_, err := p.Call(context.Background(), &capability.Call{})
		waiting <- err
	}()
	if err := p.Close(context.Background()); err != nil {
		t.Error(err)
	}
	if err := <-waiting; pdk.Code(err) != pdk.CodeUnavailable {
		t.Errorf("a call that waited for the restart: %v", err)
	}
}

func TestNoRuntimeForIt(t *testing.T) {
	t.Parallel()
	_, err := NewSupervisor(SupervisorOptions{}).Start(context.Background(), specOf("com.example.a"))
	if pdk.Code(err) != pdk.CodeUnsupported {
		t.Errorf("got %v", err)
	}
}
