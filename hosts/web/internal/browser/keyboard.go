package browser

import (
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// Compose shows a text in an input method's own line, before it is settled.
func (b *Browser) Compose(text string) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, input.ImeSetComposition, input.ImeSetCompositionParams{Text: text, SelectionStart: int64(len([]rune(text))), SelectionEnd: int64(len([]rune(text)))}); err != nil {
		b.t.Fatal(err)
	}
}

// Zoom shows the tab enlarged, as the browser's own zoom does: the page has so much less room.
func (b *Browser) Zoom(width, height int64, factor float64) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: int64(float64(width) / factor), Height: int64(float64(height) / factor), DeviceScaleFactor: factor,
	}); err != nil {
		b.t.Fatal(err)
	}
}
