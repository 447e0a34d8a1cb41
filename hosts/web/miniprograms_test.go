package web

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// desk is a host with a shell whose messages the test reads, and mini-programs that say what the test wants.
type desk struct {
	*host
	shell *shellConn
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{host: startHost(t, nil), shell: &shellConn{user: "local", out: newOutbox()}}
	d.server.shells.add(d.shell)
	return d
}

// opened opens a mini-program as the shell does.
func (d *desk) opened(app string) *scriptedSession {
	d.Helper()
	if r := d.do("POST", "/api/open", http.Header{"Origin": {d.base}}, `{"app":"`+app+`","launch":{"path":"","scene":0},"phone":{}}`); r.StatusCode != 200 {
		d.Fatalf("open %s: %s", app, r.Status)
	}
	return d.backend.last()
}

// said waits for the next message of a kind to the shell.
func (d *desk) said(wanted func(ToShell) bool) ToShell {
	d.Helper()
	for {
		items, _, err := d.shell.out.take(d.Context())
		if err != nil {
			d.Fatal(err)
		}
		for _, item := range items {
			var m ToShell
			if err := json.Unmarshal(item, &m); err != nil {
				d.Fatal(err)
			}
			if wanted(m) {
				return m
			}
		}
	}
}

// say has the shell send a message.
func (d *desk) say(text string) {
	d.Helper()
	var m FromShell
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		d.Fatal(err)
	}
	d.server.fromShell("local", m)
}

func (s *scriptedSession) ask(id uint64, kind, args string) {
	s.options.Send(message.FromActor{Ask: &message.Ask{ID: id, Kind: kind, Args: json.RawMessage(args)}})
}

// next waits for the next message to the mini-program that is wanted.
func (s *scriptedSession) next(wanted func(message.ToActor) bool) message.ToActor {
	for m := range s.posted {
		if wanted(m) {
			return m
		}
	}
	return message.ToActor{}
}

func (s *scriptedSession) answer() *message.Answer {
	return s.next(func(m message.ToActor) bool { return m.Answer != nil }).Answer
}

func (s *scriptedSession) shown() *message.Launch {
	return s.next(func(m message.ToActor) bool { return m.Show != nil }).Show
}

func (d *desk) press(button string) {
	d.Helper()
	p := d.said(func(m ToShell) bool { return m.Prompt != nil }).Prompt
	if p.App != "shop" || p.Kind != "confirm" {
		d.Errorf("prompt %+v, want one of the shop's", p)
	}
	d.say(`{"choice":{"id":"` + p.ID + `","button":` + button + `}}`)
}

func TestOpenOther(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	shop := d.opened("shop")
	shop.ask(1, message.AskOpenMiniProgram, `{"appId":"notes","path":"p/a?x=1","extraData":{"n":[1]}}`)
	d.press("0")
	m := d.said(func(m ToShell) bool { return m.Launch != nil }).Launch
	if m.App != "notes" || m.Session != "" || m.Launch.Path != "p/a?x=1" || m.Launch.Scene != 1037 ||
		string(m.Launch.Referrer) != `{"appId":"shop","extraData":{"n":[1]}}` {
		t.Errorf("the shell is told %+v of %s", m, m.Launch.Referrer)
	}
	if a := shop.answer(); a.ID != 1 || a.Error != "" {
		t.Errorf("answer %+v, want success", a)
	}
	notes := d.opened("notes")
	notes.ask(2, message.AskBackMiniProgram, `{"extraData":{"paid":true}}`)
	if a := notes.answer(); a.Error != "" {
		t.Errorf("back: %+v, want success", a)
	}
	back := shop.shown()
	if back.Scene != 1038 || back.Path != "" || string(back.Referrer) != `{"appId":"notes","extraData":{"paid":true}}` {
		t.Errorf("the opener is shown by %+v of %s", back, back.Referrer)
	}
	if m := d.said(func(m ToShell) bool { return m.Launch != nil }).Launch; m.App != "shop" || m.Session == "" {
		t.Errorf("the shell is told %+v, want the open session of the shop", m)
	}
	notes.ask(3, message.AskBackMiniProgram, `{}`)
	if a := notes.answer(); a.Error != "not opened by another mini-program" {
		t.Errorf("back once more: %+v, want a refusal", a)
	}
}

// A short link leads to the entry page of the mini-program that it names.
func TestOpenByShortLink(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	shop := d.opened("shop")
	shop.ask(1, message.AskOpenMiniProgram, `{"shortLink":"#小程序://Notes/AbC","extraData":{}}`)
	d.press("0")
	m := d.said(func(m ToShell) bool { return m.Launch != nil }).Launch
	if m.App != "notes" || m.Launch.Path != "" || m.Launch.Scene != 1037 {
		t.Errorf("the shell is told %+v", m)
	}
	if a := shop.answer(); a.ID != 1 || a.Error != "" {
		t.Errorf("answer %+v, want success", a)
	}
}

func TestExitGoesBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	shop := d.opened("shop")
	shop.ask(1, message.AskOpenMiniProgram, `{"appId":"notes"}`)
	d.press("0")
	shop.answer()
	d.opened("notes").ask(0, message.AskExit, ``)
	if back := shop.shown(); back.Scene != 1038 || string(back.Referrer) != `{"appId":"notes"}` {
		t.Errorf("the opener is shown by %+v of %s", back, back.Referrer)
	}
	d.said(func(m ToShell) bool { return m.Ended != nil })
}

func TestOpenOtherRefused(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ args, button, want string }{
		"unknown":         {`{"appId":"bank"}`, "", `there is no other mini-program "bank" here`},
		"itself":          {`{"appId":"shop"}`, "", `there is no other mini-program "shop" here`},
		"an unknown link": {`{"shortLink":"#小程序://Bank/k"}`, "", `there is no other mini-program "#小程序://Bank/k" here`},
		"its own link":    {`{"shortLink":"#小程序://Shop/k"}`, "", `there is no other mini-program "#小程序://Shop/k" here`},
		"no link":         {`{"shortLink":"notes","appId":"notes"}`, "", `there is no other mini-program "notes" here`},
		"malformed":       {`{"appId":7}`, "", "malformed arguments"},
		"the user: no":    {`{"appId":"notes"}`, "1", "cancel"},
		"the user: close": {`{"appId":"notes"}`, "-1", "cancel"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			shop := d.opened("shop")
			shop.ask(1, message.AskOpenMiniProgram, tt.args)
			if tt.button != "" {
				d.press(tt.button)
			}
			if a := shop.answer(); a.Error != tt.want {
				t.Errorf("answer %+v, want %q", a, tt.want)
			}
		})
	}
}

func TestShellAsks(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	shop := d.opened("shop")
	shop.ask(1, message.AskScan, `{}`)
	asked := d.said(func(m ToShell) bool { return m.Ask != nil }).Ask
	if asked.Ask.Kind != message.AskScan || asked.Ask.ID != 1 {
		t.Fatalf("asked %+v", asked)
	}
	session, _ := d.server.session(asked.Session)
	t.Run("a frame cannot answer", func(t *testing.T) {
		session.answer(message.Answer{ID: 1, Result: json.RawMessage(`"forged"`)})
	})
	t.Run("another user cannot answer", func(t *testing.T) {
		d.server.fromShell("guest", FromShell{Answer: &SessionAnswer{Session: asked.Session, Answer: message.Answer{ID: 1}}})
	})
	late := &shellConn{user: "local", out: newOutbox()}
	d.server.catchUp(late)
	if items, _, err := late.out.take(t.Context()); err != nil || len(items) != 1 {
		t.Errorf("a shell that connects later is told %q, %v; want the ask", items, err)
	}
	d.say(`{"answer":{"session":"` + asked.Session + `","answer":{"id":1,"result":{"result":"69"}}}}`)
	if a := shop.answer(); string(a.Result) != `{"result":"69"}` {
		t.Errorf("answer %s, want the shell's", a.Result)
	}
	if again := session.waitingAsks(); len(again) != 0 {
		t.Errorf("still waiting: %+v", again)
	}
}

func TestWatchesGoOn(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	shop := d.opened("shop")
	shop.ask(4, message.AskWatch, `{"source":"compass"}`)
	session := d.said(func(m ToShell) bool { return m.Ask != nil }).Ask.Session
	report := func(text string) {
		d.say(`{"answer":{"session":"` + session + `","answer":{"id":4,"result":` + text + `}}}`)
	}
	for _, text := range []string{`null`, `{"direction":1}`, `{"direction":2}`} {
		report(text)
		if a := shop.answer(); a.ID != 4 || string(a.Result) != text {
			t.Errorf("report %s comes as %s", text, a.Result)
		}
	}
	shop.ask(0, message.AskUnwatch, `{"watch":4}`)
	if m := d.said(func(m ToShell) bool { return m.Ask != nil }); m.Ask.Ask.Kind != message.AskUnwatch {
		t.Errorf("the shell is told %+v", m.Ask)
	}
	report(`{"direction":3}`)
	shop.ask(5, message.AskScan, `{}`)
	d.say(`{"answer":{"session":"` + session + `","answer":{"id":5,"error":"cancel"}}}`)
	if a := shop.answer(); a.ID != 5 || a.Error != "cancel" {
		t.Errorf("after the end of the watch came %+v", a)
	}
}
