package browser

import (
	"os"
	"path/filepath"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Pick does something that opens the browser's file dialog, and picks files in it.
func (b *Browser) Pick(open func(), files ...string) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, page.SetInterceptFileChooserDialog, page.SetInterceptFileChooserDialogParams{Enabled: true}); err != nil {
		b.t.Fatal(err)
	}
	opened := make(chan cdp.BackendNodeID, 1)
	b.mu.Lock()
	b.chooser = opened
	b.mu.Unlock()
	open()
	select {
	case node := <-opened:
		if _, err := chromedp.Call(b.ctx, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: files, BackendNodeID: node}); err != nil {
			b.t.Fatalf("pick %v: %v", files, err)
		}
	case <-time.After(Timeout):
		b.t.Fatal("no file dialog was opened")
	}
}

// KeepDownloads has downloads saved to a folder.
func (b *Browser) KeepDownloads(dir string) {
	b.t.Helper()
	params := browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: dir}
	if _, err := chromedp.CallBrowser(b.ctx, browser.SetDownloadBehavior, params); err != nil {
		b.t.Fatal(err)
	}
}

// Download waits for a download whose name fits a pattern and returns its content.
func (b *Browser) Download(dir, pattern string) []byte {
	b.t.Helper()
	deadline := time.Now().Add(Timeout)
	for time.Now().Before(deadline) {
		if found, _ := filepath.Glob(filepath.Join(dir, pattern)); len(found) == 1 {
			data, err := os.ReadFile(found[0])
			if err == nil && len(data) > 0 {
				return data
			}
		}
		select {
		case <-b.ctx.Done():
			b.t.Fatal(b.ctx.Err())
		case <-time.After(25 * time.Millisecond):
		}
	}
	entries, _ := os.ReadDir(dir)
	b.t.Fatalf("no download fits %s; there are %v", pattern, entries)
	return nil
}
