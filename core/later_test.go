package core_test

import (
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/pdk/go"
)

const place = "dougong.geolocation/v1"

// watcher is a plugin that tells a location later, and keeps a counter at the host.
func watcher(id string) *pdk.Plugin {
	return pdk.New(id, "1.0.0").Provide(place, pdk.Methods{
		"startLocationUpdate": pdk.Func(func(c *pdk.Context, _ struct{}) (struct{}, error) {
			return struct{}{}, c.After(time.Millisecond, "tick", map[string]int{"n": 7})
		}),
		"stopLocationUpdate": pdk.Func(func(c *pdk.Context, _ struct{}) (struct{}, error) {
			return struct{}{}, c.After(48*time.Hour, "tick", nil)
		}),
		"tick": pdk.Func(func(c *pdk.Context, in struct{ N int }) (struct{}, error) {
			return struct{}{}, c.Emit("locationChange", map[string]any{"latitude": in.N, "longitude": 0})
		}),
		"getFuzzyLocation": pdk.Func(func(c *pdk.Context, in struct {
			Type string `json:"type"`
		}) (map[string]any, error) {
			at := map[string]uint64{"wgs84": 0, "gcj02": 5}[in.Type]
			was, err := c.Anchor(at)
			return map[string]any{"latitude": was, "longitude": 0}, err
		}),
	})
}

func TestPluginIsCalledLater(t *testing.T) {
	t.Parallel()
	c := setup(t, pluginDir(t, "a.watcher", place, ""))
	c.Policy.Prompts = "allow"
	k := start(t, c, inside{"a.watcher": watcher("a.watcher")}, nil)
	events := make(chan capability.Event, 10)
	defer k.Subscribe("shop", "ann", func(e capability.Event) { events <- e })()
	for _, app := range []string{"notes", "shop"} { // nobody listens for the first
		if _, err := do(t, k, app, "ann", place+" startLocationUpdate", `{}`); err != nil {
			t.Fatal(err)
		}
	}
	select {
	case e := <-events:
		if e.Name != "locationChange" || !strings.Contains(string(e.Payload.JSON), `"latitude":7`) {
			t.Errorf("event %+v", e)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the plugin was not called")
	}
	if _, err := do(t, k, "shop", "ann", place+" stopLocationUpdate", `{}`); pdk.AsError(err) == nil || !strings.Contains(err.Error(), "delay of at most 24h") {
		t.Errorf("a delay of two days: %v", err)
	}
	// A method that is not in the contract is the plugin's own affair.
	if _, err := do(t, k, "shop", "ann", place+" tick", `{}`); pdk.AsError(err) == nil || pdk.AsError(err).Code != pdk.CodeUnsupported {
		t.Errorf("a mini-program calls the timer's method: %v", err)
	}
}

func TestAnchorNeverFalls(t *testing.T) {
	t.Parallel()
	c := setup(t, pluginDir(t, "a.watcher", place, "keys: true"))
	c.Policy.Prompts = "allow"
	k := start(t, c, inside{"a.watcher": watcher("a.watcher")}, nil)
	for _, step := range []struct{ user, kind, want string }{
		{"ann", "wgs84", `{"latitude":0,`}, {"ann", "gcj02", `{"latitude":0,`}, {"ann", "wgs84", `{"latitude":5,`},
		{"bob", "wgs84", `{"latitude":0,`}, {"ann", "wgs84", `{"latitude":5,`},
	} {
		if got, err := do(t, k, "shop", step.user, place+" getFuzzyLocation", `{"type":"`+step.kind+`"}`); err != nil || !strings.HasPrefix(got, step.want) {
			t.Errorf("%+v: %s %v", step, got, err)
		}
	}
}
