package headless

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/view"
	"github.com/dougong-dev/dougong/core/miniapp/view/dom"
)

// ErrNoPage says that no page is open.
var ErrNoPage = errors.New("no page is open")

// look runs f on the tree of the page on top; the tree must not be kept.
func (a *App) look(f func(id int, tree *dom.Tree) error) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	n := len(a.stack.Pages)
	if n == 0 {
		return ErrNoPage
	}
	id := a.stack.Pages[n-1].ID
	if a.pages[id] == nil {
		return ErrNoPage
	}
	return f(id, a.pages[id])
}

// Text is what a user sees of the page on top.
func (a *App) Text() (text string) {
	_ = a.look(func(_ int, tree *dom.Tree) error { text = tree.VisibleText(); return nil })
	return text
}

// HTML is the page on top as HTML, for people and golden files.
func (a *App) HTML() (html string) {
	_ = a.look(func(_ int, tree *dom.Tree) error { html = tree.HTML(); return nil })
	return html
}

// JSON is the page on top as a tree of {tag, attrs, children} and texts.
func (a *App) JSON() (data []byte, err error) {
	err = a.look(func(_ int, tree *dom.Tree) error {
		data, err = json.MarshalIndent(jsonNode(tree.Root), "", "  ")
		return err
	})
	return data, err
}

func jsonNode(n *dom.Node) any {
	if n.Kind == dom.Text {
		return n.Text
	}
	out := struct {
		Tag      string         `json:"tag"`
		Attrs    map[string]any `json:"attrs,omitempty"`
		Events   []string       `json:"events,omitempty"`
		Children []any          `json:"children,omitempty"`
	}{Tag: n.Name, Attrs: n.Attrs, Events: n.Listens}
	for _, c := range n.Seen() {
		out.Children = append(out.Children, jsonNode(c))
	}
	return out
}

// Nodes is how many elements and texts the page on top has.
func (a *App) Nodes() (count int) {
	_ = a.look(func(_ int, tree *dom.Tree) error {
		for _, n := range tree.Root.Seen() {
			count += countSeen(n)
		}
		return nil
	})
	return count
}

func countSeen(n *dom.Node) int {
	count := 1
	for _, c := range n.Seen() {
		count += countSeen(c)
	}
	return count
}

// Find counts the nodes of the page on top that match a selector, a text, or both.
func (a *App) Find(selector, text string) (count int, err error) {
	err = a.look(func(_ int, tree *dom.Tree) error {
		found, err := find(tree, selector, text)
		count = len(found)
		return err
	})
	return count, err
}

// find lists what matches: elements by selector (that contain the text, if there is one), or the innermost visible
// elements that show a text.
func find(tree *dom.Tree, selector, text string) ([]*dom.Node, error) {
	if selector == "" {
		return showing(tree.Root, text), nil
	}
	found, err := tree.Find(selector)
	if err != nil || text == "" {
		return found, err
	}
	var out []*dom.Node
	for _, n := range found {
		if strings.Contains(n.VisibleText(), text) {
			out = append(out, n)
		}
	}
	return out, nil
}

// showing lists the innermost elements that show a text. Those that show nothing else come first.
func showing(root *dom.Node, text string) []*dom.Node {
	var exact, part []*dom.Node
	var walk func(n *dom.Node) bool
	walk = func(n *dom.Node) bool {
		if n.Kind == dom.Text || n.Hidden() || !strings.Contains(n.VisibleText(), text) {
			return false
		}
		inner := false
		for _, c := range n.Seen() {
			inner = walk(c) || inner
		}
		if !inner {
			if strings.TrimSpace(n.VisibleText()) == text {
				exact = append(exact, n)
			} else {
				part = append(part, n)
			}
		}
		return true
	}
	for _, c := range root.Seen() {
		walk(c)
	}
	return append(exact, part...)
}

// bubbling are the events that go up the tree, as the browser's client sends them.
var bubbling = map[string]bool{
	"tap": true, "longpress": true, "longtap": true, "touchstart": true, "touchmove": true, "touchend": true, "touchcancel": true,
}

// Fire sends an event to the at-th node that matches and waits for rest. Detail is as the built-in component reports it.
func (a *App) Fire(ctx context.Context, selector, text string, at int, kind string, detail any) error {
	err := a.look(func(page int, tree *dom.Tree) error {
		found, err := find(tree, selector, text)
		if err != nil {
			return err
		}
		if at >= len(found) {
			return fmt.Errorf("there are %d matching nodes, wanted number %d from 0", len(found), at)
		}
		var then []message.ToActor
		if kind == "tap" {
			if then, err = a.tapped(page, found[at]); err != nil {
				return err
			}
		}
		if typed, ok := detail.(map[string]any); ok && kind == "input" {
			a.state[found[at]] = typed["value"]
			a.focused = found[at]
		}
		for _, e := range events(page, found[at], kind, detail) {
			if err := a.post(message.ToActor{Event: &e}); err != nil {
				return err
			}
		}
		for _, m := range then {
			if err := a.post(m); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return a.Rest(ctx)
}

// events is what a client reports for a user's action: a tap comes with its touches, typing with focus and blur.
func events(page int, n *dom.Node, kind string, detail any) []view.ClientEvent {
	one := func(kind string, detail any) view.ClientEvent {
		e := view.ClientEvent{Page: page, Node: n.ID, Type: kind, Detail: detail, Bubbles: bubbling[kind]}
		if e.Bubbles {
			touch := []view.Touch{{}}
			e.ChangedTouches = touch
			if kind != "touchend" && kind != "tap" {
				e.Touches = touch
			}
			if detail == nil {
				e.Detail = map[string]any{"x": 0, "y": 0}
			}
		}
		return e
	}
	switch kind {
	case "tap", "longpress":
		return []view.ClientEvent{one("touchstart", nil), one("touchend", nil), one(kind, detail)}
	case "input":
		return []view.ClientEvent{one("focus", detail), one("input", detail), one("blur", detail)}
	}
	return []view.ClientEvent{one(kind, detail)}
}

// Shell does what a user does outside the page ("back", "home", "tab", "pulldown", "reachbottom", "hide", "show") and
// waits for rest.
func (a *App) Shell(ctx context.Context, action, path string, count int) error {
	m, err := a.shellMessage(action, path, count)
	if err != nil {
		return err
	}
	if err := a.Post(m); err != nil {
		return err
	}
	return a.Rest(ctx)
}

func (a *App) shellMessage(action, path string, count int) (message.ToActor, error) {
	pageEvent := func(kind string) (message.ToActor, error) {
		var m message.ToActor
		err := a.look(func(id int, _ *dom.Tree) error {
			m.Event = &view.ClientEvent{Page: id, Type: kind}
			return nil
		})
		return m, err
	}
	switch action {
	case "back":
		return message.ToActor{Route: &message.Route{Kind: "back", Delta: count}}, nil
	case "home":
		return message.ToActor{Route: &message.Route{Kind: "home"}}, nil
	case "tab":
		return message.ToActor{Route: &message.Route{Kind: "switchTab", Path: path}}, nil
	case "hide":
		return message.ToActor{Hide: true}, nil
	case "show":
		return message.ToActor{Show: &message.Launch{}}, nil
	case "pulldown":
		return pageEvent(message.PagePullDownRefresh)
	case "reachbottom":
		return pageEvent(message.PageReachBottom)
	}
	return message.ToActor{}, fmt.Errorf("a shell cannot %q", action)
}

// Answer sets how dialogs are answered from now on, by their kind.
func (a *App) Answer(answers Answers) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.answers == nil {
		a.answers = Answers{}
	}
	for kind, how := range answers {
		a.answers[kind] = how
		for _, id := range a.device.watches[kind] {
			a.reports = append(a.reports, report{id, how})
		}
	}
	a.sendReports()
}

// Answers are the present answers to dialogs.
func (a *App) Answers() Answers {
	a.mu.Lock()
	defer a.mu.Unlock()
	return maps.Clone(a.answers)
}
