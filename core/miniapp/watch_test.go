package miniapp_test

import (
	"encoding/json"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// TestWatch follows a sensor from its start to its stop.
func TestWatch(t *testing.T) {
	t.Parallel()
	var watch, unwatched uint64
	r := start(t, onLoad(t, `
		wx.onCompassChange((r) => {
		  console.log("direction", r.direction);
		  if (r.direction === 2) wx.stopCompass({success: (r) => console.log(r.errMsg)});
		});
		wx.startCompass({interval: "ui", success: (r) => console.log(r.errMsg)});`), withAnswer(func(a message.Ask) *message.Answer {
		var w message.Watch
		if a.Kind != message.AskWatch || json.Unmarshal(a.Args, &w) != nil || w.Source != message.WatchCompass {
			return &message.Answer{Error: "not supported"}
		}
		watch = a.ID
		return &message.Answer{Result: json.RawMessage(`null`)}
	}))
	r.waitLog("startCompass:ok")
	r.post(message.ToActor{Answer: &message.Answer{ID: watch, Result: json.RawMessage(`null`)}}) // a client that has come anew
	// The third direction comes after the stop.
	for _, direction := range []string{"1", "2", "3"} {
		r.post(message.ToActor{Answer: &message.Answer{ID: watch, Result: json.RawMessage(`{"direction":` + direction + `}`)}})
	}
	r.wantLog("startCompass:ok", "direction 1", "direction 2", "stopCompass:ok")
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range r.all {
		var u message.Unwatch
		if m.Ask != nil && m.Ask.Kind == message.AskUnwatch && json.Unmarshal(m.Ask.Args, &u) == nil {
			unwatched = u.Watch
		}
	}
	if unwatched != watch {
		t.Errorf("the host was told to end watch %d, want %d", unwatched, watch)
	}
}
