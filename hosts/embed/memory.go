package embed

import (
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/hosts/crash"
	"github.com/dougong-dev/dougong/hosts/pressure"
)

// Levels of MemoryWarning, as wx.onMemoryWarning has them.
const (
	MemoryModerate = pressure.Moderate // mini-programs are told
	MemoryLow      = pressure.Low      // and in browsers, half of those that nobody looks at end
	MemoryCritical = pressure.Critical // and all of them
)

// MemoryWarning says that memory runs short, by one of the levels. Mini-programs hear of it by wx.onMemoryWarning; those in
// browsers that nobody looks at end, and are where they were when they are opened again. What was begun by Start the program
// closes itself. Unless Options.OwnMemory is set the host calls it by itself.
func (h *Host) MemoryWarning(level int) {
	h.mu.Lock()
	screen := h.screen
	var views []*Headless
	for _, a := range h.open {
		if a.headless != nil {
			views = append(views, a.headless)
		}
	}
	h.mu.Unlock()
	if screen != nil {
		screen.MemoryWarning(level)
	}
	for _, v := range views {
		v.view.MemoryWarning(level)
	}
}

func (h *Host) crashed(id string, e message.Error) {
	for _, app := range h.super.Apps() {
		if app.ID == id {
			h.super.Crashed(app, e)
		}
	}
}

// Crashes are the reports of mini-programs and plugins that did not end by themselves, the newest first. They hold no
// personal data, are in Options.Data and never leave the machine by themselves.
func (h *Host) Crashes() ([]crash.Report, error) {
	reports, _, err := h.super.Crashes().List()
	return reports, err
}
