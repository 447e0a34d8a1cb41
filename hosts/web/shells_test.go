package web

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// answerNext waits for the next prompt of a shell and answers it with a message of the shell, in which ID is the prompt's.
func answerNext(t *testing.T, s *Server, c *shellConn, user, answer string) {
	t.Helper()
	for {
		items, _, err := c.out.take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range items {
			var got ToShell
			if err := json.Unmarshal(item, &got); err != nil {
				t.Fatal(err)
			}
			if got.Prompt == nil {
				continue
			}
			var m FromShell
			if err := json.Unmarshal([]byte(strings.ReplaceAll(answer, "ID", got.Prompt.ID)), &m); err != nil {
				t.Fatal(err)
			}
			s.fromShell(user, m)
			return
		}
	}
}

func TestConfirmAnswers(t *testing.T) {
	t.Parallel()
	s := startHost(t, nil).server
	tests := []struct {
		name, answer string
		buttons      []string
		want         int
	}{
		{"first", `{"choice":{"id":"ID","button":0}}`, []string{"余额", "银行卡", "取消"}, 0},
		{"second", `{"choice":{"id":"ID","button":1}}`, []string{"余额", "银行卡", "取消"}, 1},
		{"last", `{"choice":{"id":"ID","button":3}}`, []string{"11", "22", "33", "取消"}, 3},
		{"closed", `{"choice":{"id":"ID","button":-1}}`, []string{"余额", "银行卡", "取消"}, -1},
		{"one button", `{"choice":{"id":"ID","button":0}}`, []string{"OK"}, 0},
		{"one button, closed", `{"choice":{"id":"ID","button":-1}}`, []string{"OK"}, -1},
		{"no such button", `{"choice":{"id":"ID","button":2}}`, []string{"yes", "no"}, -1},
		{"far below", `{"choice":{"id":"ID","button":-7}}`, []string{"yes", "no"}, -1},
		{"no button", `{"choice":{"id":"ID"}}`, []string{"yes", "no"}, -1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := &shellConn{user: test.name, out: newOutbox()}
			s.shells.add(c)
			defer s.shells.remove(c)
			p := Prompt{App: "shop", User: test.name, Kind: "confirm", Title: "?", Buttons: test.buttons}
			for _, ask := range []func() bool{
				func() bool { got, err := s.Confirm(t.Context(), p); return err == nil && got == test.want },
				func() bool { got, err := s.Prompt(t.Context(), p); return err == nil && got == (test.want == 0) },
			} {
				ok := make(chan bool, 1)
				go func() { ok <- ask() }()
				answerNext(t, s, c, test.name, test.answer)
				if !<-ok {
					t.Errorf("%s with %q is not the answer %d", test.answer, test.buttons, test.want)
				}
			}
		})
	}
}

func TestConfirmWithoutAnswer(t *testing.T) {
	t.Parallel()
	s := startHost(t, nil).server
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	p := Prompt{App: "shop", User: "local", Title: "?", Buttons: []string{"yes", "no"}}
	if got, err := s.Confirm(gone, p); got != -1 || !errors.Is(err, context.Canceled) {
		t.Errorf("a canceled question answers %d, %v", got, err)
	}
	if ok, err := s.Prompt(gone, p); ok || !errors.Is(err, context.Canceled) {
		t.Errorf("a canceled question answers %v, %v", ok, err)
	}
	p.Buttons = nil
	if got, err := s.Confirm(t.Context(), p); got != -1 || err == nil {
		t.Errorf("a question without buttons answers %d, %v", got, err)
	}
}

// Only the user who is asked can answer.
func TestConfirmOfAnotherUser(t *testing.T) {
	t.Parallel()
	s := startHost(t, nil).server
	pending := &pendingPrompt{user: "local", message: ToShell{Prompt: &ShellPrompt{Prompt: Prompt{Buttons: []string{"pay"}}}}, answer: make(chan int, 1)}
	s.shells.prompts["q"] = pending
	s.shells.choose("guest", "q", 0)
	s.shells.choose("local", "q", dismissed)
	if got := <-pending.answer; got != dismissed {
		t.Errorf("another user's answer %d counts", got)
	}
}

// TestShellCatchesUp: a shell that connects once the first page is there hears of it: its opening was answered before.
func TestShellCatchesUp(t *testing.T) {
	t.Parallel()
	h := startHost(t, nil)
	socket, _, _, opened := h.connect("shop")
	defer socket.CloseNow() //nolint:errcheck // the test is over
	x, _ := h.server.session(opened.Session)
	heard := func() (out []ToShell) {
		c := &shellConn{user: x.user, out: newOutbox()}
		h.server.shells.add(c)
		defer h.server.shells.remove(c)
		h.server.catchUp(c)
		c.out.put(ToShell{Retract: &Retract{ID: "the end"}}) //nolint:errcheck // ToShell always encodes
		items, _, err := c.out.take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range items {
			var m ToShell
			if err := json.Unmarshal(item, &m); err != nil {
				t.Fatal(err)
			}
			if m.Window != nil {
				out = append(out, m)
			}
		}
		return out
	}
	x.showWindow(&message.Stack{Pages: []message.Page{{ID: 1, Path: "pages/index/index"}}})
	got := heard()
	if len(got) != 1 || got[0].Window.Session != opened.Session || got[0].Window.Pages != 1 || got[0].Window.Path != "pages/index/index" {
		t.Errorf("the shell is told %+v, want the page on top", got)
	}
}
