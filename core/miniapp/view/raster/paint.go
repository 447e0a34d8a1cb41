package raster

import (
	"image"
	"image/color"
	"math"
)

// rgba is a premultiplied colour, each from 0 to 1.
type rgba struct{ r, g, b, a float64 }

func premultiplied(c color.NRGBA) rgba {
	a := float64(c.A) / 255
	return rgba{float64(c.R) / 255 * a, float64(c.G) / 255 * a, float64(c.B) / 255 * a, a}
}

func (c rgba) times(f float64) rgba { return rgba{c.r * f, c.g * f, c.b * f, c.a * f} }

func (c rgba) plus(d rgba) rgba { return rgba{c.r + d.r, c.g + d.g, c.b + d.b, c.a + d.a} }

// paint gives a colour for each place, in the space of whoever draws.
type paint interface{ at(p point) rgba }

type solid rgba

func (s solid) at(point) rgba { return rgba(s) }

type stop struct {
	offset float64
	color  rgba
}

// ramp is the colours of a gradient by their offset.
type ramp []stop

func (r ramp) at(t float64) rgba {
	if len(r) == 0 || math.IsNaN(t) {
		return rgba{}
	}
	if t <= r[0].offset {
		return r[0].color
	}
	for i := 1; i < len(r); i++ {
		if t < r[i].offset {
			f := (t - r[i-1].offset) / (r[i].offset - r[i-1].offset)
			return r[i-1].color.times(1 - f).plus(r[i].color.times(f))
		}
	}
	return r[len(r)-1].color
}

type linear struct {
	from, to point
	ramp     ramp
}

func (g linear) at(p point) rgba {
	d := point{g.to.x - g.from.x, g.to.y - g.from.y}
	size := d.x*d.x + d.y*d.y
	if size == 0 {
		return rgba{}
	}
	return g.ramp.at(((p.x-g.from.x)*d.x + (p.y-g.from.y)*d.y) / size)
}

type radial struct {
	from   point
	r0     float64
	to     point
	r1     float64
	colors ramp
}

// at solves for the largest t whose circle goes through p.
func (g radial) at(p point) rgba {
	cd := point{g.to.x - g.from.x, g.to.y - g.from.y}
	pd := point{p.x - g.from.x, p.y - g.from.y}
	dr := g.r1 - g.r0
	a := cd.x*cd.x + cd.y*cd.y - dr*dr
	b := pd.x*cd.x + pd.y*cd.y + g.r0*dr
	c := pd.x*pd.x + pd.y*pd.y - g.r0*g.r0
	if math.Abs(a) < 1e-9 {
		if b == 0 {
			return rgba{}
		}
		return g.circle(c / (2 * b))
	}
	disc := b*b - a*c
	if disc < 0 {
		return rgba{}
	}
	root := math.Sqrt(disc)
	t1, t2 := (b+root)/a, (b-root)/a
	if t1 < t2 {
		t1, t2 = t2, t1
	}
	if g.r0+t1*dr >= 0 {
		return g.colors.at(t1)
	}
	return g.circle(t2)
}

func (g radial) circle(t float64) rgba {
	if g.r0+t*(g.r1-g.r0) < 0 {
		return rgba{}
	}
	return g.colors.at(t)
}

type conic struct {
	center point
	angle  float64
	ramp   ramp
}

func (g conic) at(p point) rgba {
	turn := (math.Atan2(p.y-g.center.y, p.x-g.center.x) - g.angle) / (2 * math.Pi)
	return g.ramp.at(turn - math.Floor(turn))
}

// texture is an image as paint: a part of it, in a box, repeated or not.
type texture struct {
	image            *image.RGBA
	part             box // of the image
	in               box // where it is drawn
	repeatX, repeatY bool
	smooth           bool
}

type box struct{ x, y, w, h float64 }

func (t texture) at(p point) rgba {
	u, v := (p.x-t.in.x)/t.in.w, (p.y-t.in.y)/t.in.h
	if t.repeatX {
		u -= math.Floor(u)
	}
	if t.repeatY {
		v -= math.Floor(v)
	}
	if !(u >= 0 && u < 1 && v >= 0 && v < 1) {
		return rgba{}
	}
	x, y := t.part.x+u*t.part.w, t.part.y+v*t.part.h
	if !t.smooth {
		return pixel(t.image, int(x), int(y))
	}
	x, y = x-0.5, y-0.5
	i, j := math.Floor(x), math.Floor(y)
	f, g := x-i, y-j
	get := func(i, j float64) rgba {
		return pixel(t.image, int(clamp(i, t.part.x, t.part.x+t.part.w-1)), int(clamp(j, t.part.y, t.part.y+t.part.h-1)))
	}
	top := get(i, j).times(1 - f).plus(get(i+1, j).times(f))
	bottom := get(i, j+1).times(1 - f).plus(get(i+1, j+1).times(f))
	return top.times(1 - g).plus(bottom.times(g))
}

func pixel(m *image.RGBA, x, y int) rgba {
	if !(image.Point{x, y}).In(m.Rect) {
		return rgba{}
	}
	p := m.Pix[m.PixOffset(x, y):]
	return rgba{float64(p[0]) / 255, float64(p[1]) / 255, float64(p[2]) / 255, float64(p[3]) / 255}
}
