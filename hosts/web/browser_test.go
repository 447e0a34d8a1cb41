package web

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/view"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// stage is the shop open in a browser, driven by patches that a test writes by hand.
type stage struct {
	*host
	*browser.Browser
	session *scriptedSession
}

// startStage opens the shop with one page of the given nodes.
func startStage(t *testing.T, css string, roots ...any) *stage {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	h := startHost(t, nil)
	b := browser.Start(t, 1000, 920)
	b.Open(h.base + "/?token=" + h.server.guard.token)
	b.TapShell(`$("[data-app=shop]")`)
	b.WaitShell(`document.querySelector("iframe")`)
	s := &stage{h, b, h.backend.last()}
	s.stack("launch", page(1, "首页"))
	s.patch(1, 1, []any{view.OpStyle, "pages/index/index", css, []string{}}, []any{view.OpFragment, 1, roots}, []any{view.OpClone, 1, 1, 0, 0, []any{}})
	b.Wait(`$("dg-page")`)
	b.WaitShell(`!document.querySelector(".splash") && document.querySelector(".app").getAnimations().length === 0`)
	return s
}

func page(id int, title string) message.Page {
	return message.Page{ID: id, Path: fmt.Sprintf("pages/p%d/p%d", id, id), Window: program.Window{NavigationBarTitleText: &title}}
}

func (s *stage) stack(action string, pages ...message.Page) {
	s.session.options.Send(message.FromActor{Stack: &message.Stack{Action: action, Pages: pages}})
}

func (s *stage) patch(page, seq int, ops ...any) {
	s.session.options.Send(message.FromActor{Patch: &view.Patch{Page: page, Seq: seq, Ops: ops}})
}

func (s *stage) ask(id uint64, kind string, args any) {
	s.host.Helper()
	data, err := json.Marshal(args)
	if err != nil {
		s.host.Fatal(err)
	}
	s.session.options.Send(message.FromActor{Ask: &message.Ask{ID: id, Page: 1, Kind: kind, Args: data}})
}

// event waits for an event of a type.
func (s *stage) event(kind string) *view.ClientEvent {
	s.host.Helper()
	return s.message("event "+kind, func(m message.ToActor) bool { return m.Event != nil && m.Event.Type == kind }).Event
}

// answer waits for the answer to an ask, as JSON.
func (s *stage) answer(id uint64) string {
	s.host.Helper()
	m := s.message("answer", func(m message.ToActor) bool { return m.Answer != nil && m.Answer.ID == id })
	if m.Answer.Error != "" {
		return "error " + m.Answer.Error
	}
	return string(m.Answer.Result)
}

func (s *stage) message(what string, wanted func(message.ToActor) bool) message.ToActor {
	s.host.Helper()
	timeout := time.After(browser.Timeout)
	for {
		select {
		case m := <-s.session.posted:
			if wanted(m) {
				return m
			}
		case <-timeout:
			s.Screenshot("failed-" + s.host.Name())
			s.host.Fatalf("no %s came; console:\n%s", what, strings.Join(s.Console(), "\n"))
		}
	}
}

func detail(t *testing.T, e *view.ClientEvent) string {
	t.Helper()
	data, err := json.Marshal(e.Detail)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

type attrs = map[string]any

// el is a node template that listens to everything a test may want to see.
func el(tag string, a attrs, children ...any) []any {
	if a == nil {
		a = attrs{}
	}
	if children == nil {
		children = []any{}
	}
	return []any{tag, a, children, []string{
		"tap", "input", "change", "changing", "confirm", "focus", "blur", "submit", "reset", "load", "error", "scroll",
		"scrolltolower", "animationfinish", "longpress", "transitionend", "columnchange", "cancel",
	}}
}

func TestShell(t *testing.T) {
	s := startStage(t, ".big { font-size: 40px; padding: 20px; color: #07c160 }", el("view", attrs{"class": "big"}, "你好"))
	s.TapShell(`$(".capsule-part")`)
	s.WaitShell(`$(".menu-entry")`)
	s.WaitShell(`document.querySelector(".layer .sheet").getAnimations().length === 0`)
	s.Screenshot("shell-menu")
	s.TapShell(`$("[data-entry=shield]")`)
	s.TapShell(`$(".toggle")`)
	s.WaitShell(`$(".toggle:checked")`)
	s.TapShell(`$(".panel-done")`)
	go s.server.Prompt(t.Context(), Prompt{ // the test looks at the dialog
		App: "shop", User: "local", Kind: "permission", Title: "获取你的位置信息", Text: "用于推荐附近的门店", Buttons: []string{"允许", "拒绝"},
	})
	s.WaitShell(`$(".prompt .primary")`)
	s.WaitShell(`$(".prompt").getAnimations().length === 0`)
	s.Screenshot("shell-prompt")
	s.TapShell(`$(".prompt .primary")`)
	s.WaitShell(`!$(".prompt")`)
	s.session.options.Send(message.FromActor{Closed: &message.Closed{Error: &message.Error{
		ID: "turn-timeout", Origin: "app", Message: "the page ran for more than 5 s without a break", File: "pages/index/index.js", Line: 12, Column: 3,
	}}})
	s.WaitShell(`$(".failure .primary")`)
	s.Screenshot("shell-failure")
	if foreign := s.Foreign(s.base); len(foreign) > 0 {
		t.Errorf("foreign requests: %v", foreign)
	}
}

func TestPrompt(t *testing.T) {
	s := startStage(t, "", el("view", nil, "x"))
	for _, accept := range []bool{true, false} {
		got := make(chan bool, 1)
		go func() {
			ok, err := s.server.Prompt(t.Context(), Prompt{App: "shop", User: "local", Title: "?", Buttons: []string{"yes", "no"}})
			got <- ok && err == nil
		}()
		button := map[bool]string{true: ".prompt .primary", false: ".prompt .secondary"}[accept]
		s.TapShell(`$("` + button + `")`)
		select {
		case ok := <-got:
			if ok != accept {
				t.Errorf("answer %v, want %v", ok, accept)
			}
		case <-time.After(browser.Timeout):
			t.Fatal("no answer came")
		}
		s.WaitShell(`!$(".prompt")`)
	}
}

func TestTapAndType(t *testing.T) {
	s := startStage(t, "dg-input { margin: 20px; border: 1px solid #ddd }",
		el("view", attrs{"id": "v"}, "tap me"),
		el("button", attrs{"type": "primary", "disabled": true, "id": "no"}, "off"),
		el("input", attrs{"placeholder": "请输入", "id": "i"}),
	)
	s.Tap(`$("#v")`)
	if e := s.event("tap"); e.Node != 1 || !e.Bubbles {
		t.Errorf("tap is %+v, want node 1, bubbling", e)
	}
	s.Tap(`$("#no")`)
	s.Tap(`$("#i")`)
	if e := s.event("tap"); e.Node != 5 {
		t.Errorf("tap is %+v; the disabled button must not report, the input must", e)
	}
	s.Type("你好")
	if got := detail(t, s.event("input")); got != `{"value":"你好","cursor":2,"keyCode":0}` {
		t.Errorf("input detail %s", got)
	}
	s.Type("!")
	s.event("input")
	s.patch(1, 2, []any{view.OpAttr, 5, "value", "你好"})
	s.patch(1, 3, []any{view.OpAttr, 1, "class", "echoed"})
	s.Wait(`$(".echoed")`)
	s.Wait(`$("#i").shadowRoot.querySelector("input").value === "你好!"`)
	s.patch(1, 4, []any{view.OpAttr, 5, "value", "new"})
	s.Wait(`$("#i").shadowRoot.querySelector("input").value === "new"`)
	s.Key("\r")
	if got := detail(t, s.event("confirm")); got != `{"value":"new"}` {
		t.Errorf("confirm detail %s", got)
	}
	s.event("blur")
}

func TestScrollAndSwipe(t *testing.T) {
	rows := make([]any, 40)
	for i := range rows {
		rows[i] = el("view", attrs{"class": "row"}, fmt.Sprintf("row %d", i))
	}
	s := startStage(t, ".row { height: 50px } .list { height: 200px } .a { background: #fa0 } .b { background: #0af } .c { background: #a0f }",
		el("swiper", attrs{"indicator-dots": true, "circular": true, "duration": 100, "id": "s"},
			el("swiper-item", attrs{"class": "a"}, "A"), el("swiper-item", attrs{"class": "b"}, "B"), el("swiper-item", attrs{"class": "c"}, "C")),
		append(el("scroll-view", attrs{"scroll-y": true, "class": "list", "id": "l"}), nil)[0:4],
		el("view", nil, "end"),
	)
	s.patch(1, 2, []any{view.OpFragment, 2, rows})
	s.Drag(`$("#s")`, -200, 0)
	if got := detail(t, s.event("change")); got != `{"current":1,"currentItemId":"","source":"touch"}` {
		t.Errorf("change detail %s", got)
	}
	s.event("animationfinish")
	s.Wait(`Math.abs($(".b").getBoundingClientRect().left - $("#s").getBoundingClientRect().left) < 1`)
	s.Drag(`$("#s")`, 200, 0)
	s.event("animationfinish")
	s.Drag(`$("#s")`, 200, 0)
	if got := detail(t, s.event("change")); got != `{"current":2,"currentItemId":"","source":"touch"}` {
		t.Errorf("circular change detail %s", got)
	}
	s.Screenshot("swiper")
}

func TestDialogs(t *testing.T) {
	s := startStage(t, "", el("view", attrs{"style": "padding:40px"}, "background"))
	s.ask(0, message.AskToast, message.Toast{Title: "已加入购物车", Icon: "success", Duration: 60_000})
	s.Wait(`$(".toast")`)
	s.Wait(`$(".toast").getAnimations().length === 0`)
	s.Screenshot("toast")
	s.ask(0, message.AskHideToast, nil)
	s.Wait(`!$(".toast")`)
	s.ask(2, message.AskModal, message.Modal{Title: "提示", Content: "确定要删除这条笔记吗？", ShowCancel: true, CancelText: "取消", ConfirmText: "删除", ConfirmColor: "#e64340", CancelColor: "#000"})
	s.Wait(`$(".dialog").getAnimations().length === 0`)
	s.Screenshot("modal")
	s.Tap(`$(".dialog-button.confirm")`)
	if got := s.answer(2); got != `{"confirm":true,"cancel":false}` {
		t.Errorf("modal answer %s", got)
	}
	s.ask(3, message.AskActionSheet, message.ActionSheet{ItemList: []string{"拍照", "从相册选择"}, ItemColor: "#000"})
	s.Wait(`$(".sheet").getAnimations().length === 0`)
	s.Screenshot("actionsheet")
	s.Tap(`byText(".sheet-item", "从相册选择")`)
	if got := s.answer(3); got != `{"tapIndex":1}` {
		t.Errorf("action sheet answer %s", got)
	}
	s.ask(4, message.AskActionSheet, message.ActionSheet{ItemList: []string{"A"}})
	s.Tap(`$(".layer.open .sheet-cancel")`)
	if got := s.answer(4); got != "error cancel" {
		t.Errorf("canceled action sheet answer %s", got)
	}
	s.ask(5, "no such thing", nil)
	if got := s.answer(5); got != "error not supported" {
		t.Errorf("unknown ask answer %s", got)
	}
	s.ask(6, message.AskQuery, message.Query{Requests: []message.QueryRequest{{Nodes: []int{1, 99}, Size: true}, {Viewport: true, ScrollOffset: true}}})
	if got := s.answer(6); !strings.Contains(got, `[{"width":390,"height":`) || !strings.Contains(got, `,null],[{"scrollLeft":0`) {
		t.Errorf("query answer %s", got)
	}
}

func TestControls(t *testing.T) {
	s := startStage(t, "dg-view { padding: 10px 16px }",
		el("form", nil,
			el("view", nil, el("radio-group", attrs{"name": "r"}, el("label", nil, el("radio", attrs{"value": "a", "checked": true}), "甲"), el("label", attrs{"id": "lb"}, el("radio", attrs{"value": "b"}), "乙"))),
			el("view", nil, el("checkbox-group", attrs{"name": "c"}, el("checkbox", attrs{"value": "x", "id": "cx"}, "苹果"), el("checkbox", attrs{"value": "y", "checked": true}, "梨"))),
			el("view", nil, el("switch", attrs{"name": "s", "id": "sw"})),
			el("slider", attrs{"name": "n", "value": 30, "show-value": true, "id": "sl"}),
			el("view", nil, el("picker", attrs{"range": []string{"北京", "上海", "广州"}, "value": 0, "id": "pk"}, el("view", nil, "选择城市"))),
			el("view", nil, el("picker", attrs{"mode": "date", "value": "2026-02-28", "start": "2020-01-01", "end": "2030-12-31", "id": "dt"}, el("view", nil, "选择日期"))),
			el("view", nil, el("progress", attrs{"percent": 60, "show-info": true})),
			el("view", nil, el("icon", attrs{"type": "success"}), el("icon", attrs{"type": "info"}), el("icon", attrs{"type": "warn"}), el("icon", attrs{"type": "waiting"}),
				el("icon", attrs{"type": "cancel"}), el("icon", attrs{"type": "download"}), el("icon", attrs{"type": "search"}), el("icon", attrs{"type": "clear"})),
			el("view", nil, el("rich-text", attrs{"nodes": `<p style="color:#07c160">富<b>文本&amp;lt;</b><script>alert(1)</script><img src="https://evil.example/x.png" onerror="alert(1)"></p>`})),
			el("view", nil, el("button", attrs{"type": "primary", "form-type": "submit", "id": "ok"}, "提交"), el("button", attrs{"loading": true, "size": "mini"}, "加载"), el("button", attrs{"plain": true, "type": "primary"}, "镂空")),
		))
	s.Tap(`$("#lb")`)
	if got := detail(t, s.event("change")); got != `{"value":"b"}` {
		t.Errorf("radio detail %s", got)
	}
	s.Tap(`$("#cx")`)
	if got := detail(t, s.event("change")); got != `{"value":["x","y"]}` {
		t.Errorf("checkbox detail %s", got)
	}
	s.Tap(`$("#sw")`)
	if got := detail(t, s.event("change")); got != `{"value":true}` {
		t.Errorf("switch detail %s", got)
	}
	s.Tap(`$("#sl")`)
	if got := detail(t, s.event("change")); got == `{"value":30}` {
		t.Errorf("slider detail %s", got)
	}
	s.Screenshot("controls")
	s.Tap(`$("#pk")`)
	s.Wait(`$(".sheet").getAnimations().length === 0`)
	s.Tap(`byText(".picker-item", "上海")`)
	s.Wait(`$$("dg-picker-view-column")[0].chosen === 1`)
	s.Screenshot("picker")
	s.Tap(`$(".picker-head .confirm")`)
	if got := detail(t, s.event("change")); got != `{"value":1}` {
		t.Errorf("picker detail %s", got)
	}
	s.Wait(`!$(".layer")`)
	s.Tap(`$("#dt")`)
	s.Wait(`$(".sheet").getAnimations().length === 0`)
	s.Screenshot("datepicker")
	s.Tap(`$(".picker-head .confirm")`)
	if got := detail(t, s.event("change")); got != `{"value":"2026-02-28"}` {
		t.Errorf("date detail %s", got)
	}
	s.Tap(`$("#ok")`)
	got := detail(t, s.event("submit"))
	for _, want := range []string{`"r":"b"`, `"c":["x","y"]`, `"s":true`} {
		if !strings.Contains(got, want) {
			t.Errorf("submit detail %s lacks %s", got, want)
		}
	}
	s.Wait(`$("dg-rich-text b") && !$("dg-rich-text script")`)
	s.Wait(`$("dg-rich-text b").textContent === "文本&lt;"`) // decoded once
	if foreign := s.Foreign(s.base); len(foreign) > 0 {
		t.Errorf("foreign requests: %v", foreign)
	}
}

func TestPages(t *testing.T) {
	s := startStage(t, "", el("view", attrs{"style": "height:2000px"}, "one"))
	s.stack("push", page(1, "首页"), page(2, "详情"))
	s.patch(2, 1, []any{view.OpFragment, 1, []any{el("view", attrs{"class": "two"}, "two")}}, []any{view.OpClone, 1, 1, 0, 0, []any{}})
	s.Wait(`$(".two")`)
	s.Wait(`document.getAnimations().length === 0`)
	s.Tap(`$(".nav-button")`)
	if m := s.message("route", func(m message.ToActor) bool { return m.Route != nil }); m.Route.Kind != "back" {
		t.Errorf("route %+v, want back", m.Route)
	}
	s.stack("pop", page(1, "首页"))
	s.Wait(`document.querySelectorAll(".page").length === 1`)
	s.Eval(`$(".scroller").scrollTo(0, 1900)`, nil)
	if got := detail(t, s.event("reachbottom")); got != `{}` {
		t.Errorf("reachbottom detail %s", got)
	}
}

func TestReconnectInBrowser(t *testing.T) {
	s := startStage(t, "", el("view", attrs{"id": "v"}, "before"))
	session := func() *session {
		s.server.mu.Lock()
		defer s.server.mu.Unlock()
		for _, x := range s.server.sessions {
			return x
		}
		return nil
	}()
	session.mu.Lock()
	conn := session.attached
	session.mu.Unlock()
	conn.end(1011, "the test cuts the line")
	s.message("resume", func(m message.ToActor) bool { return m.Resume })
	s.patch(1, 7, []any{view.OpReset}, []any{view.OpFragment, 1, []any{el("view", attrs{"id": "v"}, "after")}}, []any{view.OpClone, 1, 1, 0, 0, []any{}})
	s.stack("update", page(1, "首页"))
	s.Wait(`$("#v").textContent === "after"`)
	s.Tap(`$("#v")`)
	if e := s.event("tap"); e.Node != 1 {
		t.Errorf("tap after the reconnect is %+v", e)
	}
	s.patch(1, 12, []any{view.OpText, 2, "a gap"})
	s.message("resume after a gap", func(m message.ToActor) bool { return m.Resume })
}

func TestShellReload(t *testing.T) {
	s := startStage(t, "", el("view", attrs{"id": "v"}, "x"))
	s.Browser.Open(s.base + "/#/app/shop")
	s.Browser.Open(s.base + "/?again#/app/shop")
	s.message("resume", func(m message.ToActor) bool { return m.Resume })
	s.patch(1, 3, []any{view.OpReset}, []any{view.OpFragment, 1, []any{el("view", attrs{"id": "v"}, "again")}}, []any{view.OpClone, 1, 1, 0, 0, []any{}})
	s.stack("update", page(1, "首页"))
	s.Wait(`$("#v").textContent === "again"`)
	if n := len(s.backend.opened); n != 1 {
		t.Errorf("%d mini-programs were started, want the first to be resumed", n)
	}
}
