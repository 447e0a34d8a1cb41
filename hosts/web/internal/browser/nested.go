package browser

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Click clicks at a point of the tab.
func (b *Browser) Click(x, y float64) {
	b.t.Helper()
	b.run(chromedp.MouseClickXY(x, y))
}

// Says waits until an expression holds in the newest frame, at any depth, whose address contains a text.
func (b *Browser) Says(address, expression string) {
	b.t.Helper()
	deadline := time.Now().Add(Timeout)
	var last error
	for time.Now().Before(deadline) {
		ok, err := b.saysNow(address, expression)
		if ok {
			return
		}
		last = err
		select {
		case <-b.ctx.Done():
			b.t.Fatal(b.ctx.Err())
		case <-time.After(25 * time.Millisecond):
		}
	}
	b.Screenshot("failed-" + strings.ReplaceAll(b.t.Name(), "/", "-"))
	b.t.Fatalf("waited %v for %s in %s (last error %v)\nconsole:\n%s", Timeout, expression, address, last, strings.Join(b.Console(), "\n"))
}

func (b *Browser) saysNow(address, expression string) (bool, error) {
	tree, err := chromedp.Call(b.ctx, page.GetFrameTree, cdp.Empty{})
	if err != nil {
		return false, err
	}
	id := newest(tree.FrameTree, address)
	b.mu.Lock()
	c, ok := b.frames[id]
	b.mu.Unlock()
	if !ok {
		return false, fmt.Errorf("there is no frame of %s", address)
	}
	ctx, cancel := context.WithTimeout(b.ctx, Timeout)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+expression+")", func(p *cdpruntime.EvaluateParams) { p.ContextID = c }))
}

// newest finds a frame by its address, the last one in the tree.
func newest(tree *page.FrameTree, address string) (id cdp.FrameID) {
	if strings.Contains(tree.Frame.URL, address) {
		id = tree.Frame.ID
	}
	for _, child := range tree.ChildFrames {
		if found := newest(child, address); found != "" {
			id = found
		}
	}
	return id
}
