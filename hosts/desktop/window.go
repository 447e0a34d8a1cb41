//go:build desktop

package desktop

import (
	"context"
	"runtime"

	"github.com/webview/webview_go"
)

// Supported reports whether this program can open a window.
const Supported = true

// show opens the window and waits until it is closed or ctx ends.
func show(ctx context.Context, config Config, url string) error {
	runtime.LockOSThread() // the window belongs to this thread
	defer runtime.UnlockOSThread()
	window := webview.New(false)
	defer window.Destroy()
	window.SetTitle(config.Title)
	window.SetSize(config.Width, config.Height, webview.HintNone)
	window.Navigate(url)
	stop := context.AfterFunc(ctx, func() { window.Dispatch(window.Terminate) })
	defer stop()
	window.Run()
	return nil
}
