package miniapp_test

import (
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// TestUpdateManager: a version that gets ready while the mini-program runs is told to whoever listens, early or late, and
// applied when it wants that.
func TestUpdateManager(t *testing.T) {
	t.Parallel()
	r := start(t, build(t, program.App{ID: "test", Pages: []string{"p/a/a"}}, map[string]string{
		"p/a/a.js": `const m = wx.getUpdateManager();
		m.onCheckForUpdate((r) => console.log("check", r.hasUpdate));
		m.onUpdateReady(() => console.log("ready"));
		m.onUpdateFailed(() => console.log("failed"));
		Page({
			onLoad() { try { m.applyUpdate() } catch (e) { console.log(e.message) } },
			onShareTimeline() { wx.getUpdateManager().onUpdateReady(() => { console.log("late"); m.applyUpdate() }); return {} },
		})`,
	}))
	r.rest()
	r.wantLog("applyUpdate:fail update is not ready", "check false")
	r.clear()
	r.post(message.ToActor{Update: message.UpdateFailed})
	r.post(message.ToActor{Update: message.UpdateFailed}) // the host tries again and again
	r.wantLog("failed")
	r.clear()
	r.post(message.ToActor{Update: message.UpdateReady})
	r.post(message.ToActor{Update: message.UpdateFailed}) // of a still newer one: this one stays ready
	r.wantLog("check true", "ready")
	r.clear()
	stack, _ := r.stack()
	r.post(message.ToActor{Event: &view.ClientEvent{Type: message.PageShareTimeline, Page: stack.Pages[0].ID}})
	r.wantLog("late")
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range r.all {
		if m.Ask != nil && m.Ask.Kind == message.AskApplyUpdate {
			return
		}
	}
	t.Error("the host was not asked to apply the update")
}
