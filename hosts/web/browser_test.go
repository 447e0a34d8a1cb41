package web

import (
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/view"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

func ptr(s string) *string { return &s }

// showPage sends a page with one fragment of the given root nodes.
func (s *scriptedSession) showPage(css string, roots ...any) {
	s.options.Send(message.FromActor{Stack: &message.Stack{Action: "launch", Pages: []message.Page{{
		ID: 1, Path: "pages/index/index", Window: program.Window{NavigationBarTitleText: ptr("首页")},
	}}}})
	s.options.Send(message.FromActor{Patch: &view.Patch{Page: 1, Seq: 1, Ops: []any{
		[]any{view.OpStyle, "pages/index/index", css, []string{}},
		[]any{view.OpFragment, 1, roots},
		[]any{view.OpClone, 1, 1, 0, 0, []any{}},
	}}})
}

func el(tag string, attrs map[string]any, children ...any) []any {
	if attrs == nil {
		attrs = map[string]any{}
	}
	if children == nil {
		children = []any{}
	}
	return []any{tag, attrs, children, []string{"tap", "input", "change"}}
}

func TestShellInChromium(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	h := startHost(t, nil)
	b := browser.Start(t, 1000, 920)
	b.Open(h.base + "/?token=" + h.server.guard.token)
	b.WaitShell(`$(".tile")`)
	b.Screenshot("shell-launcher")
	b.TapShell(`$("[data-app=shop]")`)
	b.WaitShell(`document.querySelector("iframe")`)
	session := h.backend.last()
	session.showPage(".big { font-size: 40px; padding: 20px; color: #07c160 }",
		el("view", map[string]any{"class": "big"}, "你好"),
		el("button", map[string]any{"type": "primary"}, "按钮"),
		el("input", map[string]any{"placeholder": "请输入"}),
		el("image", map[string]any{"src": "https://evil.example/a.png", "style": "width:100px;height:100px;background:#eee"}),
	)
	b.Wait(`$(".big")`)
	b.WaitShell(`!document.querySelector(".splash") || $(".splash.gone") === undefined`)
	b.Screenshot("shell-app")
	b.Tap(`$("dg-button")`)
	for {
		if m := h.posted(session); m.Event != nil {
			if m.Event.Type != "tap" || m.Event.Node != 3 {
				t.Errorf("got %+v, want the tap on node 3", m.Event)
			}
			break
		}
	}
	t.Log(b.Console(), b.Requests(), b.Foreign(h.base))
	b.TapShell(`$(".capsule-part")`)
	b.WaitShell(`$(".menu-entry")`)
	b.WaitShell(`document.querySelector(".layer").getAnimations({subtree:true}).length === 0`)
	b.Screenshot("shell-menu")
}
