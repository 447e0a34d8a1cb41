package browser

import (
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Key presses a key, such as kb.Enter. What it types belongs to the press, as it does for a keyboard: were it an event of its own, a
// dialog that the press opens could be there in between and be answered by it.
func (b *Browser) Key(key string) {
	b.t.Helper()
	for _, r := range key {
		var press []*input.DispatchKeyEventParams
		for _, e := range kb.Encode(r) {
			if e.Type == kb.KeyChar {
				press[len(press)-1].Text, press[len(press)-1].UnmodifiedText = e.Text, e.UnmodifiedText
				continue
			}
			press = append(press, e)
		}
		for _, e := range press {
			if _, err := chromedp.Call(b.ctx, input.DispatchKeyEvent, *e); err != nil {
				b.t.Fatal(err)
			}
		}
	}
}

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
