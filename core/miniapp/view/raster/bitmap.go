package raster

import (
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"math"

	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// maxSaves bounds the states that are kept.
const maxSaves = 10_000

// bitmap is one canvas: its pixels and the state of its context.
type bitmap struct {
	pixels *image.RGBA
	state  state
	saved  []state
	path   path
	// unit is how many pixels a unit of the old canvas is.
	unit   float64
	lookup func(target int) *image.RGBA
	box    func() (width, height float64)
	ratio  float64
}

// resize makes the pixels anew, blank, and the state with them.
func (b *bitmap) resize(w, h float64) error {
	width, height := int(clamp(w, 0, message.MaxCanvasSide+1)), int(clamp(h, 0, message.MaxCanvasSide+1))
	if width > message.MaxCanvasSide || height > message.MaxCanvasSide || width*height > message.MaxCanvasArea {
		return fmt.Errorf("a canvas of %g×%g pixels is too large: a side has at most %d, all of it %d", w, h, message.MaxCanvasSide, message.MaxCanvasArea)
	}
	b.pixels = image.NewRGBA(image.Rect(0, 0, width, height))
	b.unit = 1
	b.renew()
	return nil
}

func (b *bitmap) renew() {
	b.state, b.saved, b.path = initialState(), nil, path{}
	b.state.matrix = matrix{a: b.unit, d: b.unit}
}

// legacy begins a draw() of the old canvas.
func (b *bitmap) legacy(keep bool) error {
	w, h := b.box()
	size := image.Rect(0, 0, int(math.Round(w*b.ratio)), int(math.Round(h*b.ratio)))
	if b.pixels.Rect != size || !keep {
		if err := b.resize(float64(size.Dx()), float64(size.Dy())); err != nil {
			return err
		}
	}
	b.unit = b.ratio
	b.renew()
	return nil
}

func (b *bitmap) save() {
	if len(b.saved) < maxSaves {
		b.saved = append(b.saved, b.state)
	}
}

func (b *bitmap) restore() {
	if n := len(b.saved); n > 0 {
		b.state, b.saved = b.saved[n-1], b.saved[:n-1]
	}
}

// paintOf makes the paint of a style as it is now.
func (b *bitmap) paintOf(s style) paint {
	if s.pattern == 0 {
		return s.paint
	}
	picture := b.lookup(s.pattern)
	if picture == nil {
		return solid{}
	}
	whole := box{0, 0, float64(picture.Rect.Dx()), float64(picture.Rect.Dy())}
	return texture{
		image: picture, part: whole, in: whole, smooth: false,
		repeatX: s.repetition != "repeat-y" && s.repetition != "no-repeat",
		repeatY: s.repetition != "repeat-x" && s.repetition != "no-repeat",
	}
}

func (b *bitmap) fill(p *path, evenOdd bool) {
	b.draw(fill(p, evenOdd, b.pixels.Rect), b.paintOf(b.state.fill))
}

func (b *bitmap) stroke(p *path) {
	b.draw(fill(p.outline(b.state.pen, b.state.matrix), false, b.pixels.Rect), b.paintOf(b.state.stroke))
}

func (b *bitmap) clip(p *path, evenOdd bool) {
	m := fill(p, evenOdd, b.pixels.Rect)
	if old := b.state.clip; old != nil {
		for y := m.Min.Y; y < m.Max.Y; y++ {
			for x := m.Min.X; x < m.Max.X; x++ {
				i := (y-m.Min.Y)*m.Dx() + x - m.Min.X
				m.alpha[i] = uint8(int(m.alpha[i]) * int(old.at(x, y)) / 255)
			}
		}
	}
	b.state.clip = m
}

// draw lays paint over the pixels where the mask covers them, its shadow first.
func (b *bitmap) draw(m *mask, p paint) {
	inv, ok := b.state.matrix.inverse()
	if !ok {
		return
	}
	source := func(x, y int) rgba { return p.at(inv.apply(point{float64(x) + 0.5, float64(y) + 0.5})) }
	if s := b.state.shadow; s.color.a > 0 && (s.x != 0 || s.y != 0 || s.blur > 0) {
		shade := castShadow(m, source, s, b.pixels.Rect)
		b.lay(shade, func(int, int) rgba { return s.color })
	}
	b.lay(m, source)
}

// lay composites a source, within the clip.
func (b *bitmap) lay(m *mask, source func(x, y int) rgba) {
	op, ok := operators[b.state.op]
	if !ok {
		op = sourceOver
	}
	area := m.Rectangle
	if op.everywhere {
		area = b.pixels.Rect
		if b.state.clip != nil {
			area = b.state.clip.Rectangle
		}
	}
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			b.mix(x, y, m.at(x, y), op, source)
		}
	}
}

func (b *bitmap) mix(x, y int, cover uint8, op operator, source func(x, y int) rgba) {
	if cover == 0 && !op.everywhere {
		return
	}
	clip := 1.0
	if b.state.clip != nil {
		if clip = float64(b.state.clip.at(x, y)) / 255; clip == 0 {
			return
		}
	}
	var s rgba
	if cover > 0 {
		s = source(x, y).times(float64(cover) / 255 * b.state.alpha)
	}
	pix := b.pixels.Pix[b.pixels.PixOffset(x, y):]
	d := rgba{float64(pix[0]) / 255, float64(pix[1]) / 255, float64(pix[2]) / 255, float64(pix[3]) / 255}
	out := op.mix(s, d)
	if clip < 1 {
		out = out.times(clip).plus(d.times(1 - clip))
	}
	pix[3] = byteOf(out.a)
	pix[0], pix[1], pix[2] = min(byteOf(out.r), pix[3]), min(byteOf(out.g), pix[3]), min(byteOf(out.b), pix[3])
}

func (b *bitmap) clearRect(x, y, w, h float64) {
	var p path
	p.rect(b.state.matrix, x, y, w, h)
	m := fill(&p, false, b.pixels.Rect)
	erase := operator{mix: func(s, d rgba) rgba { return d.times(1 - s.a) }}
	alpha := b.state.alpha
	b.state.alpha = 1
	for y := m.Min.Y; y < m.Max.Y; y++ {
		for x := m.Min.X; x < m.Max.X; x++ {
			b.mix(x, y, m.at(x, y), erase, func(int, int) rgba { return rgba{a: 1} })
		}
	}
	b.state.alpha = alpha
}

// drawImage draws a picture: to a place, in a box, or a part of it in a box.
func (b *bitmap) drawImage(picture *image.RGBA, n []float64) {
	if picture == nil {
		return
	}
	whole := box{0, 0, float64(picture.Rect.Dx()), float64(picture.Rect.Dy())}
	t := texture{image: picture, part: whole, smooth: b.state.smooth}
	switch len(n) {
	case 2:
		t.in = box{n[0], n[1], whole.w, whole.h}
	case 4:
		t.in = box{n[0], n[1], n[2], n[3]}
	case 8:
		t.part, t.in = box{n[0], n[1], n[2], n[3]}, box{n[4], n[5], n[6], n[7]}
	}
	if t.in.w == 0 || t.in.h == 0 || t.part.w == 0 || t.part.h == 0 {
		return
	}
	var p path
	p.rect(b.state.matrix, t.in.x, t.in.y, t.in.w, t.in.h)
	b.draw(fill(&p, false, b.pixels.Rect), t)
}

// putImageData sets pixels, whatever the state.
func (b *bitmap) putImageData(text string, n [8]float64) error {
	data, err := base64.StdEncoding.DecodeString(text)
	w, h := int(clamp(n[0], 0, message.MaxCanvasArea)), int(clamp(n[1], 0, message.MaxCanvasArea))
	if err != nil || w*h*4 != len(data) {
		return fmt.Errorf("putImageData: %d bytes for %d×%d pixels", len(data), w, h)
	}
	dirty := image.Rect(int(n[4]), int(n[5]), int(n[4]+n[6]), int(n[5]+n[7])).Intersect(image.Rect(0, 0, w, h))
	unit := int(math.Max(1, math.Round(b.unit)))
	for y := dirty.Min.Y; y < dirty.Max.Y; y++ {
		for x := dirty.Min.X; x < dirty.Max.X; x++ {
			p := data[(y*w+x)*4:]
			c := color.NRGBA{p[0], p[1], p[2], p[3]}
			for k := range unit * unit {
				at := image.Pt((int(n[2])+x)*unit+k%unit, (int(n[3])+y)*unit+k/unit)
				if at.In(b.pixels.Rect) {
					b.pixels.Set(at.X, at.Y, c)
				}
			}
		}
	}
	return nil
}
