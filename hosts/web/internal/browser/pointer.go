package browser

import (
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// Pointer is what a person holds: a mouse or a pen.
type Pointer struct {
	b    *Browser
	kind input.DispatchMouseEventPointerType
	X, Y float64
}

// Mouse puts a mouse on the middle of an element of the mini-program's frame.
func (b *Browser) Mouse(element string) *Pointer {
	return b.pointer(element, input.DispatchMouseEventPointerTypeMouse)
}

// Pen puts a pen there.
func (b *Browser) Pen(element string) *Pointer {
	return b.pointer(element, input.DispatchMouseEventPointerTypePen)
}

func (b *Browser) pointer(element string, kind input.DispatchMouseEventPointerType) *Pointer {
	b.t.Helper()
	r := b.reach(true, element)
	p := &Pointer{b: b, kind: kind, X: r.Left + r.Width/2, Y: r.Top + r.Height/2}
	return p.Move(0, 0)
}

func (p *Pointer) send(kind input.DispatchMouseEventType, button input.MouseButton, buttons int64) *Pointer {
	p.b.t.Helper()
	clicks := int64(1)
	if kind == input.DispatchMouseEventTypeMouseMoved {
		clicks = 0
	}
	params := input.DispatchMouseEventParams{Type: kind, X: p.X, Y: p.Y, Button: button, Buttons: buttons, ClickCount: clicks, PointerType: p.kind}
	if _, err := chromedp.Call(p.b.ctx, input.DispatchMouseEvent, params); err != nil {
		p.b.t.Fatal(err)
	}
	return p
}

// Down presses the first button, or the pen on the glass.
func (p *Pointer) Down() *Pointer {
	return p.send(input.DispatchMouseEventTypeMousePressed, input.MouseButtonLeft, 1)
}

// Up lets go of it.
func (p *Pointer) Up() *Pointer {
	return p.send(input.DispatchMouseEventTypeMouseReleased, input.MouseButtonLeft, 0)
}

// Menu clicks with the other button.
func (p *Pointer) Menu() *Pointer {
	p.send(input.DispatchMouseEventTypeMousePressed, input.MouseButtonRight, 2)
	return p.send(input.DispatchMouseEventTypeMouseReleased, input.MouseButtonRight, 0)
}

// Move moves it without the button.
func (p *Pointer) Move(dx, dy float64) *Pointer {
	p.X, p.Y = p.X+dx, p.Y+dy
	return p.send(input.DispatchMouseEventTypeMouseMoved, input.MouseButtonNone, 0)
}

// Drag moves it with the button pressed, in steps as a hand does.
func (p *Pointer) Drag(dx, dy float64) *Pointer {
	const steps = 10
	for range steps {
		p.X, p.Y = p.X+dx/steps, p.Y+dy/steps
		p.send(input.DispatchMouseEventTypeMouseMoved, input.MouseButtonLeft, 1)
	}
	return p
}

// wheelParams are those of a turn of the wheel. Chromium wants both ways said, also the one that is 0.
type wheelParams struct {
	Type   input.DispatchMouseEventType `json:"type"`
	X      float64                      `json:"x"`
	Y      float64                      `json:"y"`
	DeltaX float64                      `json:"deltaX"`
	DeltaY float64                      `json:"deltaY"`
}

var turnWheel = cdp.Command[wheelParams, cdp.Empty]{Method: "Input.dispatchMouseEvent"}

// Wheel turns the mouse's wheel.
func (p *Pointer) Wheel(dx, dy float64) *Pointer {
	p.b.t.Helper()
	params := wheelParams{Type: input.DispatchMouseEventTypeMouseWheel, X: p.X, Y: p.Y, DeltaX: dx, DeltaY: dy}
	if _, err := chromedp.Call(p.b.ctx, turnWheel, params); err != nil {
		p.b.t.Fatal(err)
	}
	return p
}

// TapFinger taps an element of the mini-program's frame with a finger.
func (b *Browser) TapFinger(element string) {
	b.t.Helper()
	r := b.reach(true, element)
	b.touchable(true)
	defer b.touchable(false)
	b.touch(input.DispatchTouchEventTypeTouchStart, r.Left+r.Width/2, r.Top+r.Height/2)
	b.touch(input.DispatchTouchEventTypeTouchEnd)
}

// Pinch spreads two fingers over an element's middle, from one distance to another.
func (b *Browser) Pinch(element string, from, to float64) {
	b.t.Helper()
	r := b.reach(true, element)
	x, y := r.Left+r.Width/2, r.Top+r.Height/2
	b.touchable(true)
	defer b.touchable(false)
	one, two := float64(1), float64(2)
	points := func(apart float64) []*input.TouchPoint {
		return []*input.TouchPoint{{X: x - apart/2, Y: y, ID: &one}, {X: x + apart/2, Y: y, ID: &two}}
	}
	send := func(kind input.DispatchTouchEventType, at []*input.TouchPoint) {
		if _, err := chromedp.Call(b.ctx, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: kind, TouchPoints: at}); err != nil {
			b.t.Fatal(err)
		}
	}
	// One finger comes first, as they do.
	send(input.DispatchTouchEventTypeTouchStart, points(from)[:1])
	send(input.DispatchTouchEventTypeTouchStart, points(from))
	const steps = 8
	for i := 1.0; i <= steps; i++ {
		send(input.DispatchTouchEventTypeTouchMove, points(from+(to-from)*i/steps))
	}
	send(input.DispatchTouchEventTypeTouchEnd, []*input.TouchPoint{})
}

// Media sets media features of the system, such as prefers-reduced-motion: reduce.
func (b *Browser) Media(features map[string]string) {
	b.t.Helper()
	params := emulation.SetEmulatedMediaParams{}
	for name, value := range features {
		params.Features = append(params.Features, &emulation.MediaFeature{Name: name, Value: value})
	}
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, params); err != nil {
		b.t.Fatal(err)
	}
}
