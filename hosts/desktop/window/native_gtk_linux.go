//go:build desktop

package window

/*
#cgo pkg-config: gtk+-3.0 webkit2gtk-4.0
#include "gtk.h"
*/
import "C"

import (
	"os"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// current is the window that the system's callbacks are about: there is one in a process, and they come on its thread.
var current *shown

// text passes a string to C for the time of f.
func text(s string, f func(*C.char)) {
	c := C.CString(strings.ReplaceAll(s, "\x00", ""))
	defer C.free(unsafe.Pointer(c))
	f(c)
}

// keep takes standard output for the host's messages alone: the web view's processes must not inherit it, or the host would
// not see the window's end while they live, and what libraries print goes to standard error.
func keep(stdout *os.File) (*os.File, error) {
	fd, err := unix.FcntlInt(stdout.Fd(), unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return nil, err
	}
	if err := unix.Dup3(int(os.Stderr.Fd()), int(stdout.Fd()), 0); err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), "host"), nil
}

// before sets what has to be set before the first window.
func before(open Open) {
	if open.Class != "" {
		text(open.Class, func(c *C.char) { C.dg_before(c) })
	}
	if open.Data != "" && os.MkdirAll(open.Data, 0o700) == nil { // the web view's own would be open to others
		text(open.Data, func(c *C.char) { C.dg_data(c) })
	}
}

// fit makes a size no larger than what is free of the screen.
func (s *shown) fit() {
	var width, height C.int
	C.dg_free(s.view.Window(), &width, &height)
	s.open.Width, s.open.Height = sizeOn(s.open.Width, s.open.Height, int(width), int(height))
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
				c := C.dg_pick(s.view.Window(), C.uint64_t(q.ID), title, truth(q.Save), truth(q.Count > 1), name, patterns)
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

// unpick closes a dialog as if the user had canceled.
func (s *shown) unpick(id uint64) { C.dg_unpick(C.uint64_t(id)) }

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

// refused tells the host, unless a page has tried too often.
func (s *shown) refused(address string) {
	if s.refusals++; s.refusals <= maxRefused {
		s.tell(Event{Refused: place(address)})
	}
}

//export dgMayGo
func dgMayGo(address *C.char) C.int {
	to := C.GoString(address)
	may := current.open.mayGo(to)
	if !may {
		current.refused(to)
	}
	return truth(may)
}

//export dgMaySave
func dgMaySave(address *C.char) C.int {
	from := C.GoString(address)
	may := current.open.maySave(from)
	if !may {
		current.refused(from)
	}
	return truth(may)
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
