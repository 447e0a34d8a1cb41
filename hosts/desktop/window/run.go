//go:build desktop

package window

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"

	"github.com/webview/webview_go"
)

// Supported reports whether this program can open a window.
const Supported = true

// shown is the window of this process.
type shown struct {
	view webview.WebView
	open Open
	// closing is that the host has closed it; on the main thread.
	closing bool
	// refusals counts what pages were refused; on the main thread.
	refusals int

	mu  sync.Mutex // of out
	out io.Writer
}

// run shows the window that the first order asks for, until it is closed or the host is gone.
func run(in io.Reader, stdout *os.File) error {
	runtime.LockOSThread() // the window belongs to the main thread
	out, err := keep(stdout)
	if err != nil {
		return err
	}
	orders := bufio.NewScanner(in)
	orders.Buffer(nil, MaxLine)
	if !orders.Scan() {
		return fmt.Errorf("no order from the host: %w", io.ErrUnexpectedEOF)
	}
	first, err := decode[Order](orders.Bytes())
	if err != nil || first.Open == nil {
		return fmt.Errorf("the first order does not open a window (%w)", err)
	}
	s := &shown{open: *first.Open, out: out}
	before(s.open)
	s.view = webview.New(false)
	if s.view == nil || s.view.Window() == nil {
		return fmt.Errorf("no window: is there a screen (DISPLAY or WAYLAND_DISPLAY)?")
	}
	s.fit()
	s.view.SetTitle(s.open.Title)
	s.view.SetSize(s.open.Width, s.open.Height, webview.HintNone)
	s.attach()
	if s.open.Crashed {
		s.crashed()
	} else {
		s.view.Navigate(s.open.URL)
	}
	go s.obey(orders)
	s.tell(Event{Engine: engine()})
	s.view.Run()
	s.tell(Event{Closed: true})
	return nil
}

// obey carries orders out on the main thread. When the host is gone, the window closes.
func (s *shown) obey(orders *bufio.Scanner) {
	for orders.Scan() {
		o, err := decode[Order](orders.Bytes())
		if err != nil {
			continue
		}
		s.view.Dispatch(func() { s.carryOut(o) })
	}
	s.view.Dispatch(s.view.Terminate)
}

func (s *shown) carryOut(o Order) {
	switch {
	case o.Present:
		if s.closing || s.view.Window() == nil { // the user has closed it
			return
		}
		s.present()
		s.tell(Event{Presented: true})
	case o.Close:
		s.closing = true
		s.view.Terminate()
	case o.Stay != nil:
		s.open.Stay = *o.Stay
	case o.Run != "":
		s.view.Eval(o.Run)
	case o.Unpick != 0:
		s.unpick(o.Unpick)
	case o.Pick != nil:
		s.tell(Event{Picked: &Picked{ID: o.Pick.ID, Files: s.pick(*o.Pick)}})
	}
}

// tell writes an event. A host that is gone hears nothing.
func (s *shown) tell(e Event) {
	data, err := json.Marshal(e)
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_, _ = s.out.Write(append(data, '\n'))
}

// terminated is told by the web view that the page's process has ended.
func (s *shown) terminated(reason string) {
	s.tell(Event{Terminated: reason})
	s.crashed()
}
