package browser

import (
	"context"
	"fmt"
	"strings"

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
	b.until("wait for "+expression+" in "+address, func() error {
		ok, err := b.saysNow(address, expression)
		if err == nil && !ok {
			err = errNotYet
		}
		return err
	})
}

// Drawn waits until such a frame has been drawn again: only then does one that has just come, or come back, take clicks.
func (b *Browser) Drawn(address string) {
	b.t.Helper()
	b.Says(address, `await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(drawn, 0, true))))`)
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
	ctx, cancel := context.WithTimeout(b.ctx, answerTimeout)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[bool]("(async () => !!("+expression+"))()", func(p *cdpruntime.EvaluateParams) {
		p.ContextID, p.AwaitPromise = c, new(true)
	}))
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

// Before runs a script in each document that is opened from now on, frames included, before any script of its own.
func (b *Browser) Before(source string) {
	b.t.Helper()
	params := page.AddScriptToEvaluateOnNewDocumentParams{Source: source}
	if _, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, params); err != nil {
		b.t.Fatal(err)
	}
}
