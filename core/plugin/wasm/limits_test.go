package wasm

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/core/plugin/internal/suite"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// with changes a copy of the manifest.
func with(change func(*manifest.Manifest)) func(*plugin.Spec) {
	return func(spec *plugin.Spec) {
		m := *spec.Manifest
		change(&m)
		spec.Manifest = &m
	}
}

// TestMisbehaviour lets the guest do its worst, and then checks that the plugin goes on with a fresh instance.
func TestMisbehaviour(t *testing.T) {
	t.Parallel()
	s := newSuite(t)
	for _, c := range []struct {
		name, method string
		in           any
		timeout      time.Duration
		code         int
		want         string
	}{
		{"runaway loop", "loop", nil, 500 * time.Millisecond, pdk.CodeTimeout, "did not finish loop in time"},
		{"sleeps on", "sleep", map[string]int{"ms": 3600_000}, 500 * time.Millisecond, pdk.CodeTimeout, "did not finish sleep in time"},
		{"memory bomb", "bomb", nil, suite.Patience, pdk.CodeUnavailable, "out of memory"},
		{"exit", "exit", nil, suite.Patience, pdk.CodeUnavailable, "crashed in exit"},
		{"crash", "crash", nil, suite.Patience, pdk.CodeUnavailable, "crash as asked"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := s.Start(t, with(func(m *manifest.Manifest) { m.Limits.MemoryMB, m.Instances = 32, "1" }))
			if err := p.Configure(context.Background(), []byte(`{"greeting":"hi"}`)); err != nil {
				t.Fatal(err)
			}
			if err := p.Do(suite.Info("count"), nil, nil); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(context.Background(), c.timeout)
			defer cancel()
			err := p.DoContext(ctx, suite.Info(c.method), c.in, nil)
			if pdk.Code(err) != c.code || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), `plugin "com.example.sample"`) {
				t.Errorf("got %v, want code %d with %q", err, c.code, c.want)
			}
			var n int
			if err := p.Do(suite.Info("count"), nil, &n); err != nil || n != 1 {
				t.Errorf("count afterwards = %d, %v; want 1, of a fresh instance", n, err)
			}
			var greeting string
			if err := p.Do(suite.Info("greeting"), nil, &greeting); err != nil || greeting != "hi" {
				t.Errorf("the fresh instance is not configured: %q, %v", greeting, err)
			}
		})
	}
}

func TestCancelStopsTheGuest(t *testing.T) {
	t.Parallel()
	p := newSuite(t).Start(t, nil)
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(20*time.Millisecond, cancel)
	if err := p.DoContext(ctx, suite.Info("loop"), nil, nil); pdk.Code(err) != pdk.CodeCanceled {
		t.Errorf("got %v, want code %d", err, pdk.CodeCanceled)
	}
	p.Alive()
}

// TestCloseStopsTheGuest closes a plugin that never returns.
func TestCloseStopsTheGuest(t *testing.T) {
	t.Parallel()
	s := newSuite(t)
	for _, c := range []struct {
		name, method string
		in           any
	}{
		{"loops", "loop", nil},
		{"sleeps", "sleep", map[string]int{"ms": 3600_000}},
		{"asks the system all the time", "babble", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := s.Start(t, with(func(m *manifest.Manifest) { m.Limits.CallTimeout = suite.Patience }))
			ended := make(chan error)
			go func() { ended <- p.DoContext(context.Background(), suite.Info(c.method), c.in, nil) }()
			wait, stop := context.WithTimeout(context.Background(), suite.Patience)
			defer stop()
			if _, err := p.Host.WaitLog(wait, "began"); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			if err := p.Close(ctx); err != nil {
				t.Errorf("close: %v", err)
			}
			if err := <-ended; pdk.Code(err) != pdk.CodeUnavailable {
				t.Errorf("got %v, want code %d", err, pdk.CodeUnavailable)
			}
			<-p.Done()
		})
	}
}

func TestSingleInstanceSerialises(t *testing.T) {
	t.Parallel()
	p := newSuite(t).Start(t, with(func(m *manifest.Manifest) { m.Instances = "1" }))
	const calls = 50
	seen := make([]bool, calls+1)
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range calls {
		wg.Go(func() {
			var n int
			if err := p.Do(suite.Info("count"), nil, &n); err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			if n < 1 || n > calls || seen[n] {
				t.Errorf("count %d is out of turn", n)
				return
			}
			seen[n] = true
		})
	}
	wg.Wait()
}

// TestPoolGrowsAndShrinks blocks many calls in the host at once, up to the manifest's concurrency.
func TestPoolGrowsAndShrinks(t *testing.T) {
	t.Parallel()
	r, err := New(Options{CacheDir: suite.Dir(t, suite.Wasm) + "/cache", Width: 2, IdleTimeout: 10 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close(context.Background()) })
	p := suite.Suite{Kind: suite.Wasm, Runtime: r}.Start(t, with(func(m *manifest.Manifest) { m.Limits.Concurrency = 6 }))
	p.Host.Block, p.Host.Entered = make(chan struct{}), make(chan string, 8)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := p.Do(suite.Info("confirm"), nil, nil); err != nil {
				t.Error(err)
			}
		})
	}
	for range 6 {
		<-p.Host.Entered
	}
	pool := p.Instance.(*wasmPlugin).pool
	if n := pool.size(); n != 6 {
		t.Errorf("%d instances while six calls wait in the host, want 6", n)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if err := p.DoContext(ctx, suite.Info("echo"), nil, nil); pdk.Code(err) != pdk.CodeBusy {
		t.Errorf("a call beyond the concurrency: got %v, want code %d", err, pdk.CodeBusy)
	}
	close(p.Host.Block)
	wg.Wait()
	for deadline := time.Now().Add(suite.Patience); pool.size() > 2; {
		if time.Now().After(deadline) {
			t.Fatalf("%d instances after a long rest, want 2", pool.size())
		}
		time.Sleep(time.Millisecond)
	}
	p.Alive()
}

// TestPoolShrinksUnderCalls has one call busy, or others come and go, whenever the pool looks for instances that nobody
// needs.
func TestPoolShrinksUnderCalls(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		name string
		busy int // calls that stay in the host
		want int // those, and the one that serves the others
	}{{"one call stays", 1, 2}, {"as many as usual stay", 2, 3}, {"more than usual stay", 3, 4}} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			r, err := New(Options{CacheDir: suite.Dir(t, suite.Wasm) + "/cache", Width: 2, IdleTimeout: 10 * time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = r.Close(context.Background()) })
			p := suite.Suite{Kind: suite.Wasm, Runtime: r}.Start(t, with(func(m *manifest.Manifest) { m.Limits.Concurrency = 6 }))
			pool := p.Instance.(*wasmPlugin).pool
			var held []*instance
			for range 6 {
				held = append(held, acquired(t, pool))
			}
			for _, inst := range held[x.busy:] {
				pool.release(inst, true)
			}
			for deadline := time.Now().Add(suite.Patience); pool.size() > x.want; {
				p.Alive() // takes and gives back an instance
				if time.Now().After(deadline) {
					t.Fatalf("%d instances while %d calls are busy and others go on, want %d", pool.size(), x.busy, x.want)
				}
			}
			for _, inst := range held[:x.busy] {
				pool.release(inst, true)
			}
			p.Alive()
		})
	}
}

// acquired takes an instance as a call does.
func acquired(t *testing.T, p *pool) *instance {
	t.Helper()
	inst, _, err := p.acquire(t.Context(), 0, false)
	if err != nil {
		t.Fatal(err)
	}
	return inst
}

func (p *pool) size() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.total
}

// TestRecycle checks that an instance is replaced once its memory has grown past the mark, and not when it is the only one.
func TestRecycle(t *testing.T) {
	t.Parallel()
	for _, instances := range []string{manifest.InstancesPool, manifest.InstancesOne} {
		r, err := New(Options{CacheDir: suite.Dir(t, suite.Wasm) + "/cache", HighWater: 10})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = r.Close(context.Background()) })
		p := suite.Suite{Kind: suite.Wasm, Runtime: r}.Start(t, with(func(m *manifest.Manifest) { m.Limits.Concurrency, m.Instances = 1, instances }))
		var n int
		for i := range 2 {
			if err := p.Do(suite.Info("count"), nil, &n); err != nil || n != i+1 {
				t.Fatalf("count = %d, %v", n, err)
			}
		}
		if err := p.Do(suite.Info("huge"), map[string]int{"ms": 10 << 20}, nil); err != nil {
			t.Fatal(err)
		}
		want := map[string]int{manifest.InstancesPool: 1, manifest.InstancesOne: 3}[instances]
		if err := p.Do(suite.Info("count"), nil, &n); err != nil || n != want {
			t.Errorf("instances: %s: count after growing = %d, %v; want %d", instances, n, err, want)
		}
	}
}

func TestTrusted(t *testing.T) {
	t.Parallel()
	p := newSuite(t).Start(t, func(spec *plugin.Spec) { spec.Trusted = true })
	p.Alive()
	var w struct{ Env []string }
	if err := p.Do(suite.Info("world"), nil, &w); err != nil || len(w.Env) != 0 {
		t.Errorf("world = %v, %v", w, err)
	}
}

func TestCacheFolderOfOthers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() // mode 0755
	if _, err := New(Options{CacheDir: dir}); err == nil || !strings.Contains(err.Error(), "chmod 0700") {
		t.Errorf("a cache folder that others may enter was taken: %v", err)
	}
}

// Whoever gives up before there is an instance hears why, and of no other call that had it.
func TestGivenUpBeforeAnInstance(t *testing.T) {
	t.Parallel()
	p := newSuite(t).Start(t, nil).Instance.(*wasmPlugin)
	stopped, stop := context.WithCancelCause(context.Background())
	stop(errors.New("the host stops"))
	late, cancel := context.WithDeadline(context.Background(), time.Now().Add(-time.Second))
	defer cancel()
	for _, c := range []struct {
		name string
		ctx  context.Context
		code int
		want string
	}{
		{"canceled", stopped, pdk.CodeCanceled, `plugin "com.example.sample": given up before an instance was made: the host stops`},
		{"too late", late, pdk.CodeTimeout, `plugin "com.example.sample": the deadline passed before an instance was made`},
	} {
		if _, err := p.instantiate(c.ctx); pdk.Code(err) != c.code || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want code %d, %q", c.name, err, c.code, c.want)
		}
	}
}
