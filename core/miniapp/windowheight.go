package miniapp

import (
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// windowHeight is how much of the screen a page has. The host counts a navigation bar; a page that draws its own has the room of that, too.
type windowHeight struct {
	barred, full value.Value // below the host's bar; without one
	custom       bool        // the page in front has none
}

// take learns both heights from what the host says of the window, and sets there the one that holds.
func (h *windowHeight) take(info *value.Object) {
	h.barred, _ = info.Get("windowHeight")
	h.full, _ = info.Get("screenHeight")
	info.Set("windowHeight", h.now())
}

func (h *windowHeight) now() value.Value {
	if h.custom && h.full != nil {
		return h.full
	}
	return h.barred
}

// isCustom tells whether a page draws its navigation bar itself.
func isCustom(w program.Window) bool {
	return w.NavigationStyle != nil && *w.NavigationStyle == "custom"
}

// tellHeight has the base library know how high the window is for the page in front.
func (a *actor) tellHeight(p *page) {
	if p == nil || isCustom(p.window) == a.height.custom {
		return
	}
	a.height.custom = !a.height.custom
	_ = a.realm.Emit("systemChange", value.ObjectOf("windowHeight", a.height.now()))
}
