package inside_test

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/plugin/inside"
	"github.com/dougong-dev/dougong/pdk/go"
)

// TestCrewIsBounded calls more methods at a time than may wait for a call afterwards.
func TestCrewIsBounded(t *testing.T) {
	t.Parallel()
	const calls = 3 * inside.MaxIdle
	entered, release := make(chan struct{}, calls), make(chan struct{})
	i := start(t, time.Hour, func(*pdk.Context, pdk.Payload) (pdk.Payload, error) {
		entered <- struct{}{}
		<-release
		return pdk.Payload{}, nil
	})
	call := func() {
		if _, err := i.Call(t.Context(), &capability.Call{Info: pdk.Info{Capability: "com.acme.one/v1", Method: "do"}}); err != nil {
			t.Error(err)
		}
	}
	var all sync.WaitGroup
	for range calls {
		all.Go(call)
	}
	for range calls {
		<-entered
	}
	close(release)
	all.Wait()
	if n := inside.Idle(i); n != inside.MaxIdle {
		t.Errorf("%d goroutines wait, want %d", n, inside.MaxIdle)
	}
	for range calls {
		call()
	}
	if n := inside.Idle(i); n != inside.MaxIdle {
		t.Errorf("%d goroutines wait after more calls, want %d", n, inside.MaxIdle)
	}
	if err := i.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if n := inside.Idle(i); n != 0 {
		t.Errorf("%d goroutines wait when the plugin is closed", n)
	}
}

// TestOneAfterTheOther calls a method again and again: one goroutine does.
func TestOneAfterTheOther(t *testing.T) {
	t.Parallel()
	i := start(t, time.Hour, func(_ *pdk.Context, in pdk.Payload) (pdk.Payload, error) { return in, nil })
	for range 100 {
		if _, err := i.Call(t.Context(), &capability.Call{Info: pdk.Info{Capability: "com.acme.one/v1", Method: "do"}}); err != nil {
			t.Fatal(err)
		}
	}
	if n := inside.Idle(i); n != 1 {
		t.Errorf("%d goroutines wait, want 1", n)
	}
}

// TestAnswersAreNotMixedUp has many callers at a time, some of whom do not wait, and methods that are late, that panic and that end
// their goroutine: everybody gets the answer to their own question.
func TestAnswersAreNotMixedUp(t *testing.T) {
	t.Parallel()
	call := one(t, time.Hour, func(_ *pdk.Context, in pdk.Payload) (pdk.Payload, error) {
		switch in.JSON[0] {
		case 'p':
			panic(string(in.JSON))
		case 'x':
			runtime.Goexit()
		case 'l':
			runtime.Gosched()
		}
		return in, nil
	})
	gone, leave := context.WithCancel(t.Context())
	leave()
	var all sync.WaitGroup
	for caller := range 8 {
		all.Go(func() {
			for n := range 200 {
				kind, ctx, code := "e", t.Context(), 0
				switch n % 5 {
				case 1:
					kind, code = "p", pdk.CodeInternal
				case 2:
					kind, code = "x", pdk.CodeInternal
				case 3:
					kind, ctx = "l", gone
				}
				in := fmt.Sprintf("%s %d %d", kind, caller, n)
				out, err := call(ctx, in)
				switch {
				case ctx == gone && pdk.Code(err) == pdk.CodeCanceled: // mostly it is not waited for
				case code == 0 && (err != nil || out != in), code != 0 && pdk.Code(err) != code:
					t.Errorf("asked %q, got %q, %v", in, out, err)
				}
			}
		})
	}
	all.Wait()
}
