package miniapp

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// navigate carries out wx.navigateTo and its kin, and calls done: at once, or when the subpackages that the page needs are
// there. The texts of errors are WeChat's, without "navigateTo:fail ".
func (r *router) navigate(kind, url string, delta int, channel value.Value, done func(error)) {
	if kind == "navigateBack" {
		done(r.back(delta))
		return
	}
	t, err := r.destination(kind, url)
	if err != nil {
		done(err)
		return
	}
	r.fetched(t.path, func(err error) {
		if err == nil {
			err = r.goTo(kind, t, channel)
		}
		done(err)
	})
}

// fetched calls f once the subpackages that a page needs are there. Meanwhile the page on top shows that it is loading.
func (r *router) fetched(page string, f func(error)) {
	if r.a.Ready(page) {
		f(nil)
		return
	}
	top := r.current()
	r.waiting(top, +1)
	r.a.Fetch(page, func(err error) {
		r.waiting(top, -1)
		if err != nil {
			err = fmt.Errorf("loadSubpackage:fail %w", err)
		}
		f(err)
	})
}

func (r *router) waiting(p *page, by int) {
	if p != nil {
		p.waits += by
		r.changed(actionUpdate)
	}
}

// destination is the page that a navigation leads to.
func (r *router) destination(kind, url string) (target, error) {
	from := ""
	if p := r.current(); p != nil {
		from = p.path
	}
	t := parseURL(url, from)
	if strings.HasPrefix(url, "plugin") {
		t = r.pluginTarget(url, t)
	}
	if !r.a.prog.App.IsPage(t.path) {
		return t, fmt.Errorf("page %q is not found", t.path)
	}
	isTab := r.bar.index(t.path) >= 0
	switch {
	case isTab && (kind == "navigateTo" || kind == "redirectTo"):
		return t, fmt.Errorf("can not %s a tabbar page", kind)
	case !isTab && kind == "switchTab":
		return t, errors.New("can not switch to no-tabBar page")
	}
	return t, nil
}

func (r *router) goTo(kind string, t target, channel value.Value) error {
	switch kind {
	case "navigateTo":
		return r.push(t, channel)
	case "redirectTo":
		return r.replace(t)
	case "switchTab":
		return r.switchTab(t)
	case "reLaunch":
		return r.relaunch(t)
	}
	return fmt.Errorf("unknown navigation %q", kind)
}

func (r *router) push(t target, channel value.Value) error {
	if len(r.stack) >= maxStack {
		return errors.New("webview count limit exceed")
	}
	if p := r.current(); p != nil {
		p.hide()
	}
	return r.enter(t, actionPush, channel)
}

func (r *router) replace(t target) error {
	if len(r.stack) > 0 {
		r.unload(len(r.stack)-1, false)
	}
	return r.enter(t, actionReplace, nil)
}

func (r *router) relaunch(t target) error {
	r.unload(0, false)
	for _, p := range r.tabsInOrder() {
		r.close(p)
	}
	return r.enter(t, actionRelaunch, nil)
}

// back leaves the page on top, or the page-container that is open on it.
func (r *router) back(delta int) error {
	if r.a.leaveContainer(r.current()) {
		return nil
	}
	if len(r.stack) <= 1 {
		return errors.New("cannot navigate back at first page.") //nolint:revive,staticcheck // the very text that WeChat answers with
	}
	below := r.stack[max(1, len(r.stack)-max(1, delta))-1]
	r.tellRoute("beforeAppRoute", below.path, below.Query(), below.id, actionPop)
	r.unload(max(1, len(r.stack)-max(1, delta)), false)
	r.sync()
	top := r.current()
	r.appear(top, actionPop)
	r.getReady(top) // one that was brought back beneath others has not been seen
	return nil
}

func (r *router) switchTab(t target) error {
	if p := r.current(); p != nil && p.path == t.path {
		return nil
	}
	r.unload(0, true)
	if p := r.tabs[t.path]; p != nil {
		r.stack = append(r.stack, p)
		r.sync()
		r.appear(p, actionTab)
		r.getReady(p)
		return nil
	}
	return r.enter(target{path: t.path, query: value.NewObject(0)}, actionTab, nil)
}

// enter opens a page on top of the stack as it is now.
func (r *router) enter(t target, action string, channel value.Value) error {
	r.sync()
	r.tellRoute("beforeAppRoute", t.path, t.query, 0, action)
	p, err := r.open(t, channel)
	if err != nil {
		r.sync()
		r.changed(action)
		if top := r.current(); top != nil && !r.hidden {
			top.show()
		}
		return err
	}
	p.action = action
	r.appear(p, action)
	r.publish()
	r.getReady(p)
	return nil
}

// tabsInOrder lists the living tab pages by age.
func (r *router) tabsInOrder() []*page {
	var out []*page
	for _, p := range r.tabs {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b *page) int { return a.id - b.id })
	return out
}

// launch starts the app and opens the page it is entered by.
func (r *router) launch(l arrival) {
	r.bar.themed(r.a.theme)
	options := l.options()
	r.enterOptions = options
	r.exits = l.Exits
	if sub := r.a.prog.App.PackageOf(l.Path); sub == nil || !sub.Independent {
		r.startApp()
	}
	_ = r.a.realm.Emit("appShow", options)
	t := target{path: l.Path, query: l.query}
	if spots := r.knownSpots(l.Pages); len(spots) > 0 {
		r.restore(spots, func() { r.enterFirst(t, actionLaunch) })
		return
	}
	r.enterFirst(t, actionLaunch)
}

// enterFirst opens the first page, or tells the app that there is no such page.
func (r *router) enterFirst(t target, action string) {
	if !r.a.prog.App.IsPage(t.path) {
		r.notFound(t)
		return
	}
	r.fetched(t.path, func(err error) {
		if err != nil {
			r.notFound(t)
			return
		}
		// Failures are reported by the realm.
		_ = r.enter(t, action, nil)
	})
}

// notFound gives the app a chance to redirect; if it does not, the entry page opens.
func (r *router) notFound(t target) {
	arg := value.ObjectOf("path", t.path, "query", t.query, "isEntryPage", true)
	r.a.appCall("onPageNotFound", arg)
	_ = r.a.realm.Emit("pageNotFound", arg)
	r.a.later(func() {
		if len(r.stack) > 0 {
			return
		}
		if !r.a.Ready(t.path) { // it is known, and has been reported
			r.enterEntry()
			return
		}
		r.a.send(message.FromActor{Error: &message.Error{
			ID: "page-missing", Origin: "app", Page: t.path, File: "app.json", Line: 1, Column: 1,
			Message: fmt.Sprintf("page %q is not found", t.path),
			Hint:    "list it in the pages of app.json, or redirect in App.onPageNotFound",
		}})
		r.enterEntry()
	})
}

// anew opens a page in place of all others, unless its subpackage could not be had: then what there is stays.
func (r *router) anew(t target, err error) {
	if err != nil {
		r.notFound(t)
		if p := r.current(); p != nil {
			p.show()
		}
		return
	}
	r.unload(0, false)
	for _, p := range r.tabsInOrder() {
		r.close(p)
	}
	r.enterFirst(t, actionRelaunch)
}

// enterEntry opens the entry page where another one was wanted.
func (r *router) enterEntry() {
	r.fetched(r.entry(), func(err error) {
		if err == nil && len(r.stack) == 0 {
			_ = r.enter(target{path: r.entry(), query: value.NewObject(0)}, actionLaunch, nil)
		}
	})
}

// foreground brings the mini-program back; a launch with a path of its own opens that page anew. Only who comes by the list
// of mini-programs to the page that is on top, and asks nothing of it, finds it as it was.
func (r *router) foreground(launch message.Launch) {
	l := launchOf(launch, r.a.prog)
	options := l.options()
	r.hidden = false
	_ = r.a.realm.Emit("appEnter", options) // App.onShow may ask for them
	r.a.appCall("onShow", options)
	_ = r.a.realm.Emit("appShow", options)
	p := r.current()
	same := p != nil && p.path == l.Path && l.query.Len() == 0 && l.Scene == defaultScene
	if launch.Path != "" && !same {
		t := target{path: l.Path, query: l.query}
		r.fetched(l.Path, func(err error) { r.anew(t, err) })
		return
	}
	if p != nil {
		p.show()
		r.getReady(p)
	}
}

func (r *router) background() {
	if r.hidden {
		return
	}
	r.hidden = true
	if p := r.current(); p != nil {
		p.hide()
	}
	r.a.appCall("onHide")
	_ = r.a.realm.Emit("appHide")
	r.saveExit()
}

// navigators are the navigations of a <navigator>, by its open-type.
var navigators = map[string]string{"navigate": "navigateTo", "redirect": "redirectTo", "reLaunch": "reLaunch"}

// user carries out a navigation by the user: the back button, a tab, the home button, a <navigator>.
func (r *router) user(m message.Route) {
	if kind, ok := navigators[m.Kind]; ok {
		r.navigate(kind, m.Path, 0, nil, func(err error) {
			if err != nil {
				r.a.report(message.Error{ID: "navigator", Origin: "app", Message: fmt.Sprintf("<navigator url=%q>: %v", m.Path, err)})
			}
		})
		return
	}
	switch m.Kind {
	case "exit":
		r.a.bridge.Tell(message.AskExit, nil)
	case "back":
		if p := r.current(); len(r.stack) <= 1 && (p == nil || len(p.opened) == 0) {
			r.leave(func() { r.a.bridge.Tell(message.AskExit, nil) })
			return
		}
		r.leave(func() { _ = r.back(m.Delta) })
	case "home":
		r.fetched(r.entry(), func(err error) {
			if err == nil {
				_ = r.relaunch(target{path: r.entry(), query: value.NewObject(0)})
			}
		})
	case "switchTab":
		i := r.bar.index(m.Path)
		if i < 0 {
			return
		}
		r.fetched(m.Path, func(err error) {
			if err == nil {
				r.tapTab(i, m.Path)
			}
		})
	}
}

// tapTab shows a tab by the user's tap.
func (r *router) tapTab(i int, path string) {
	_ = r.switchTab(target{path: path})
	if p := r.current(); p != nil && p.path == path {
		p.call("onTabItemTap", value.ObjectOf(
			"index", value.Int(i), "pagePath", path, "text", r.bar.text(i),
		))
	}
}

// resume sends everything again to a client that has just connected.
func (r *router) resume() {
	for _, p := range r.tabsInOrder() {
		if !slices.Contains(r.stack, p) {
			r.resend(p)
		}
	}
	for _, p := range r.stack {
		r.resend(p)
	}
	r.changed(actionUpdate)
}

func (r *router) resend(p *page) {
	p.opened = nil // the client will tell
	patch := p.View().Snapshot()
	r.a.send(message.FromActor{Patch: &patch})
}
