package capability_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/pdk/go"
)

// TestInFlight counts calls by method while they are carried out, beyond a change of what the catalogue knows.
func TestInFlight(t *testing.T) {
	t.Parallel()
	entered, leave := make(chan struct{}), make(chan struct{})
	slow := plugin{"p", func(context.Context, *capability.Call) (pdk.Payload, error) {
		entered <- struct{}{}
		<-leave
		panic("counted all the same")
	}}
	setup := capability.Setup{Contracts: standard(t), Offers: []capability.Offer{{Provider: slow, Capabilities: []string{"dougong.storage/v1"}}},
		Apps: map[string]map[string]string{"shop": {"dougong.storage/v1": "p"}}}
	table := func() *capability.Table {
		t.Helper()
		out, err := capability.NewTable(setup)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	c := &capability.Catalogue{}
	first := table()
	c.Use(first)
	tasks := capability.NewTasks(c, nil)
	t.Cleanup(tasks.Close)
	chain := capability.Chain(capability.Provide(tasks), c.Find, capability.Check).Answer
	var calls sync.WaitGroup
	do := func(method, app string) {
		calls.Go(func() {
			q := call("storage", method, `{"key":"k"}`)
			q.App = app
			_, _ = chain(t.Context(), q)
		})
		<-entered
	}
	want := func(want string) {
		t.Helper()
		if got := fmt.Sprint(c.InFlight()); got != want {
			t.Errorf("in flight %s, want %s", got, want)
		}
	}
	want("[]")
	do("getStorage", "shop")
	do("getStorage", "notes")
	do("removeStorage", "shop")
	want("[{p dougong.storage/v1 getStorage 2} {p dougong.storage/v1 removeStorage 1}]")
	c.Use(table()) // a reload
	do("getStorage", "notes")
	want("[{p dougong.storage/v1 getStorage 3} {p dougong.storage/v1 removeStorage 1}]")
	c.Use(first) // and back
	close(leave)
	calls.Wait()
	want("[]")
}
