//go:build linux

package e2e

import (
	"fmt"
	"image/color"
	"path/filepath"
	"slices"
	"testing"

	"github.com/dougong-dev/dougong/hosts/desktop/internal/screen"
	"github.com/dougong-dev/dougong/hosts/sessions"
)

// deepColor is far down on the item's page.
var deepColor = color.RGBA{0xb7, 0x1c, 0x1c, 255}

// kill ends the host as a power cut would.
func (w *world) kill() {
	w.t.Helper()
	if err := w.host.Process.Kill(); err != nil {
		w.t.Fatal(err)
	}
	<-w.ended
	w.host = nil
	w.Wait("the end of the windows", func() bool {
		return len(w.Windows("桌面之家")) == 0 && len(w.orphans()) == 0
	})
}

// noted waits until it is on disk what is open.
func (w *world) noted(what string, ok func(sessions.State) bool) {
	w.t.Helper()
	store := sessions.Open(filepath.Join(w.data, "sessions"))
	w.Wait(what, func() bool {
		state, err := store.Load("anna")
		if err != nil {
			w.t.Fatal(err)
		}
		return ok(state)
	})
}

// withWindows tells whether just these mini-programs have windows.
func withWindows(state sessions.State, ids ...string) bool {
	var have []string
	for _, a := range state.Apps {
		if a.Window {
			have = append(have, a.ID)
		}
	}
	slices.Sort(have)
	return slices.Equal(have, ids)
}

// What was open comes back after the host was killed, and after it was ended by the desktop: each window, on its page, scrolled
// to where it was. What the user had closed does not.
func TestBack(t *testing.T) {
	w := newWorld(t)
	w.openDesk()
	if out, err := w.again("dougong://open?app=other&page=pages/item/item&id=7"); err != nil {
		t.Fatalf("a link: %v\n%s", err, out)
	}
	item := w.Window("货品 7")
	w.place(item, 900)
	w.scrollTo(item, deepColor)
	w.noted("a note of both windows and of the page's place", func(s sessions.State) bool {
		other := s.App("other")
		return withWindows(s, "desk", "other") && other != nil && len(other.Pages) > 0 && other.Pages[len(other.Pages)-1].Scroll > 2000
	})
	w.Save("desktop-before-kill")
	w.kill()

	w.start()
	w.Window("桌面之家")
	desk := w.Window("台面")
	item = w.Window("货品 7")
	w.place(item, 900)
	w.place(desk, 450)
	w.show("the page where it was scrolled to", item, deepColor, 0.1)
	w.Save("desktop-after-kill")
	w.closeByCapsule(desk, "台面")
	w.noted("a note of the closed window", func(s sessions.State) bool { return withWindows(s, "other") })
	w.stop() // as a desktop does at its end

	w.start()
	w.Window("桌面之家")
	item = w.Window("货品 7")
	w.show("the page where it was scrolled to", item, deepColor, 0.1)
	if left := w.Windows("台面"); len(left) > 0 {
		t.Errorf("a window that was closed comes back: %v", left)
	}
}

// scrollTo turns the wheel over a window until a colour shows.
func (w *world) scrollTo(window string, c color.RGBA) {
	w.t.Helper()
	area := w.area(window)
	w.Wait("the end of the page", func() bool {
		if screen.Share(w.Look(), area, c) > 0.2 {
			return true
		}
		w.Do("mousemove", fmt.Sprint(area.Min.X+200), fmt.Sprint(area.Min.Y+400), "click", "--repeat", "5", "--delay", "30", "5")
		return false
	})
}
