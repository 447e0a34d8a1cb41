package browser

import (
	"errors"
	"fmt"

	"github.com/chromedp/chromedp"
)

// Box is an element's place, in CSS pixels.
type Box struct{ Left, Top, Width, Height float64 }

// shownFrame finds the frame of the mini-program in front, in the shell.
const shownFrame = `document.querySelector(".app.shown iframe")`

// Resting waits until an element of the mini-program's frame rests and gives its box in the frame.
func (b *Browser) Resting(element string) (r Box) {
	b.t.Helper()
	b.until("find "+element, func() error { return b.eval(true, `resting(() => (`+element+`))`, &r) })
	return r
}

// RestingShell is Resting for an element of the shell.
func (b *Browser) RestingShell(element string) (r Box) {
	b.t.Helper()
	b.until("find "+element, func() error { return b.eval(false, `resting(() => (`+element+`))`, &r) })
	return r
}

// reach waits until a tap on an element would hit it, as a person does, and gives its box on the tab: it rests, the frame that
// it is in rests, too, and nothing is above them, such as the picture of a mini-program that loads.
func (b *Browser) reach(inApp bool, element string) (r Box) {
	b.t.Helper()
	b.until("tap "+element, func() (err error) {
		r, err = b.tappable(inApp, element)
		return err
	})
	return r
}

func (b *Browser) tappable(inApp bool, element string) (r Box, err error) {
	if !inApp {
		return r, b.eval(false, `tappable(() => (`+element+`))`, &r)
	}
	var frame, again Box
	if err := b.eval(true, `tappable(() => (`+element+`))`, &r); err != nil {
		return r, err
	}
	if err := b.eval(false, `resting(() => `+shownFrame+`)`, &frame); err != nil {
		return r, fmt.Errorf("the frame: %w", err)
	}
	var other string
	middle := fmt.Sprintf(`inTheWay(%s, {left: %g, top: %g, width: %g, height: %g})`,
		shownFrame, r.Left+frame.Left, r.Top+frame.Top, r.Width, r.Height)
	if err := b.eval(false, middle, &other); err != nil {
		return r, err
	}
	if other != "" {
		return r, fmt.Errorf("%s is in the way, above the frame", other)
	}
	// Meanwhile it may have moved.
	if err := b.eval(true, `tappable(() => (`+element+`))`, &again); err != nil {
		return r, err
	}
	if again != r {
		return r, errMoves
	}
	return Box{r.Left + frame.Left, r.Top + frame.Top, r.Width, r.Height}, nil
}

var errMoves = errors.New("it moves")

// Tap taps the middle of an element in the mini-program's frame: $(".buy"), byText("dg-button", "OK").
func (b *Browser) Tap(element string) {
	b.t.Helper()
	b.click(b.reach(true, element))
}

// TapShell clicks an element of the shell.
func (b *Browser) TapShell(element string) {
	b.t.Helper()
	b.click(b.reach(false, element))
}

func (b *Browser) click(r Box) {
	b.t.Helper()
	b.run(chromedp.MouseClickXY(r.Left+r.Width/2, r.Top+r.Height/2))
}
