package inside_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/core/plugin/inside"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// one starts a plugin of one method, "do", whose calls may take limit.
func one(t *testing.T, limit time.Duration, do pdk.Method) func(context.Context, string) (string, error) {
	t.Helper()
	i := start(t, limit, do)
	return func(ctx context.Context, in string) (string, error) {
		out, err := i.Call(ctx, &capability.Call{Info: pdk.Info{Capability: "com.acme.one/v1", Method: "do"}, Payload: pdk.Payload{JSON: []byte(in)}})
		return string(out.JSON), err
	}
}

func start(t *testing.T, limit time.Duration, do pdk.Method) plugin.Instance {
	t.Helper()
	p := pdk.New("com.acme.one", "1.0.0").Provide("com.acme.one/v1", pdk.Methods{"do": do})
	m := &manifest.Manifest{ID: p.ID, Version: p.Version, Limits: manifest.Limits{CallTimeout: limit}}
	i, err := inside.New(others{}, map[string]*pdk.Plugin{p.ID: p}).Start(t.Context(), plugin.Spec{Manifest: m, Services: &world{}})
	if err != nil {
		t.Fatal(err)
	}
	closeLater(t, i)
	return i
}

// closeLater closes i at the end of the test.
func closeLater(t *testing.T, i plugin.Instance) {
	t.Cleanup(func() {
		if err := i.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
}

type key struct{}

// TestContext looks at the context that a method gets, from within and when the call is over.
func TestContext(t *testing.T) {
	const limit = 3 * time.Second
	nothing := func(context.Context) {}
	for _, c := range []struct {
		name   string
		parent time.Duration // the caller's own limit; 0: none
		limit  time.Duration
		within func(context.Context) // before it looks
		want   error                 // of the context, within
		after  error                 // of the context, once the call is over
		until  time.Duration         // from its start; 0: no deadline
	}{
		{"nobody waits", 0, limit, nothing, nil, context.Canceled, limit},
		{"somebody waits", 0, limit, func(c context.Context) { c.Done() }, nil, context.Canceled, limit},
		{"time of the plugin", 0, limit, func(c context.Context) { <-c.Done() }, context.DeadlineExceeded, context.DeadlineExceeded, limit},
		{"time of the plugin, unheeded", 0, limit, func(context.Context) { time.Sleep(limit) }, context.DeadlineExceeded, context.DeadlineExceeded, limit},
		{"time of the caller", time.Second, limit, func(c context.Context) { <-c.Done() }, context.DeadlineExceeded, context.DeadlineExceeded, time.Second},
		{"time of the caller, unheeded", time.Second, limit, func(context.Context) { time.Sleep(2 * time.Second) }, context.DeadlineExceeded, context.DeadlineExceeded, time.Second},
		{"no time of the plugin", time.Second, 0, func(c context.Context) { <-c.Done() }, context.DeadlineExceeded, context.DeadlineExceeded, time.Second},
		{"no time at all", 0, 0, nothing, nil, context.Canceled, 0},
		{"a context made of it", 0, limit, func(c context.Context) {
			c, cancel := context.WithCancel(c)
			defer cancel()
			<-c.Done()
		}, context.DeadlineExceeded, context.DeadlineExceeded, limit},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx := context.WithValue(t.Context(), key{}, "a value")
				if c.parent > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, c.parent)
					defer cancel()
				}
				began := time.Now()
				got := make(chan *pdk.Context, 1)
				call := one(t, c.limit, func(ctx *pdk.Context, in pdk.Payload) (pdk.Payload, error) {
					until, ok := ctx.Deadline()
					if ok != (c.until > 0) || ok && until.Sub(began) != c.until {
						t.Errorf("deadline %v (%t), want %v", until.Sub(began), ok, c.until)
					}
					c.within(ctx)
					if err := ctx.Err(); !errors.Is(err, c.want) {
						t.Errorf("within: %v, want %v", err, c.want)
					}
					if ctx.Value(key{}) != "a value" {
						t.Error("the caller's value is not there")
					}
					got <- ctx
					return in, nil
				})
				_, err := call(ctx, "{}")
				if c.want == nil && err != nil {
					t.Error(err)
				}
				kept := <-got
				<-kept.Done()
				if err := kept.Err(); !errors.Is(err, c.after) {
					t.Errorf("when the call is over: %v, want %v", err, c.after)
				}
				if kept.Value(key{}) != "a value" {
					t.Error("the caller's value is gone")
				}
			})
		})
	}
}

// TestClock has calls begin at different moments that all take too long, beside one that does not.
func TestClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		defer close(release)
		call := one(t, 5*time.Second, func(_ *pdk.Context, in pdk.Payload) (pdk.Payload, error) {
			if string(in.JSON) == "quick" {
				return in, nil
			}
			<-release
			return in, nil
		})
		for round := range 2 { // the second begins when the clock has stopped
			began := time.Now()
			ended := make(chan time.Duration, 3)
			for range 3 {
				go func() {
					if _, err := call(t.Context(), "slow"); pdk.Code(err) != pdk.CodeTimeout {
						t.Errorf("slow: %v", err)
					}
					ended <- time.Since(began)
				}()
				synctest.Wait()
				if out, err := call(t.Context(), "quick"); err != nil || out != "quick" {
					t.Errorf("quick: %q, %v", out, err)
				}
				time.Sleep(time.Second)
			}
			for n := range 3 {
				if got, want := <-ended, time.Duration(5+n)*time.Second; got != want {
					t.Errorf("round %d: call %d ended after %v, want %v", round, n, got, want)
				}
			}
			time.Sleep(time.Minute)
		}
	})
}
