//go:build desktop

package window

/*
#cgo pkg-config: gtk+-3.0 webkit2gtk-4.0
#include "gtk.h"
*/
import "C"

import (
	"strings"
	"unsafe"
)

// current is the window that the system's callbacks are about: there is one in a process, and they come on its thread.
var current *shown

// text passes a string to C for the time of f.
func text(s string, f func(*C.char)) {
	c := C.CString(strings.ReplaceAll(s, "\x00", ""))
	defer C.free(unsafe.Pointer(c))
	f(c)
}

// before sets what has to be set before the first window.
func before(open Open) {
	if open.Class != "" {
		text(open.Class, func(c *C.char) { C.dg_before(c) })
	}
}

// attach listens to the window and sets its icon.
func (s *shown) attach() {
	current = s
	C.dg_attach(s.view.Window())
	if len(s.open.Icon) > 0 {
		C.dg_icon(s.view.Window(), unsafe.Pointer(&s.open.Icon[0]), C.size_t(len(s.open.Icon)))
	}
}

func (s *shown) present() { C.dg_present(s.view.Window()) }

// crashed shows the page that says that the page's process has ended.
func (s *shown) crashed() {
	text(crashPage(s.open), func(html *C.char) {
		text(crashAddress(s.open), func(url *C.char) { C.dg_crashed(s.view.Window(), html, url) })
	})
}

// pick runs the system's file dialog.
func (s *shown) pick(q Pick) []string {
	var out string
	text(q.Title, func(title *C.char) {
		text(q.Name, func(name *C.char) {
			text(strings.Join(q.Patterns, "\n"), func(patterns *C.char) {
				c := C.dg_pick(s.view.Window(), title, truth(q.Save), truth(q.Count > 1), name, patterns)
				defer C.free(unsafe.Pointer(c))
				out = C.GoString(c)
			})
		})
	})
	if out == "" {
		return nil
	}
	return strings.Split(out, "\n")
}

func truth(b bool) C.int {
	if b {
		return 1
	}
	return 0
}

func engine() string {
	c := C.dg_engine()
	defer C.free(unsafe.Pointer(c))
	return C.GoString(c)
}

//export dgTerminated
func dgTerminated(reason C.int) {
	names := []string{"crashed", "exceeded-memory", "terminated-by-api"}
	name := "unknown"
	if int(reason) >= 0 && int(reason) < len(names) {
		name = names[reason]
	}
	current.terminated(name)
}

//export dgSize
func dgSize(width, height C.int) {
	size := Size{int(width), int(height)}
	if size.Width == current.open.Width && size.Height == current.open.Height {
		return
	}
	current.open.Width, current.open.Height = size.Width, size.Height
	current.tell(Event{Size: &size})
}
