package raster

import (
	"image"
	"math"
)

// maxBlur bounds a shadow's softness, in pixels.
const maxBlur = 200

// castShadow makes the mask of a shadow: what is drawn, moved and blurred.
func castShadow(m *mask, source func(x, y int) rgba, s shadow, limit image.Rectangle) *mask {
	radius := int(clamp(s.blur/2, 0, maxBlur))
	move := image.Pt(int(clamp(math.Round(s.x), -far, far)), int(clamp(math.Round(s.y), -far, far)))
	grown := m.Rectangle.Inset(-2 * radius)
	out := newMask(grown)
	for y := m.Min.Y; y < m.Max.Y; y++ {
		for x := m.Min.X; x < m.Max.X; x++ {
			if c := m.at(x, y); c > 0 {
				out.alpha[(y-grown.Min.Y)*grown.Dx()+x-grown.Min.X] = byteOf(float64(c) / 255 * source(x, y).a)
			}
		}
	}
	// Two runs of a box are close to a Gaussian of about this radius.
	for range 2 {
		blur(out.alpha, grown.Dx(), grown.Dy(), radius)
	}
	out.Rectangle = grown.Add(move)
	return out.within(limit)
}

// within cuts a mask to a rectangle.
func (m *mask) within(limit image.Rectangle) *mask {
	out := newMask(m.Intersect(limit))
	for y := out.Min.Y; y < out.Max.Y; y++ {
		for x := out.Min.X; x < out.Max.X; x++ {
			out.alpha[(y-out.Min.Y)*out.Dx()+x-out.Min.X] = m.at(x, y)
		}
	}
	return out
}

// blur averages over a box, along rows and then along columns.
func blur(alpha []uint8, w, h, radius int) {
	if radius < 1 || len(alpha) == 0 {
		return
	}
	line := make([]uint8, max(w, h))
	run := func(start, stride, n int) {
		sum := 0
		for i := range n {
			line[i] = alpha[start+i*stride]
		}
		for i := -radius; i < n+radius; i++ {
			if j := i + radius; j < n {
				sum += int(line[j])
			}
			if j := i - radius - 1; j >= 0 && j < n {
				sum -= int(line[j])
			}
			if i >= 0 && i < n {
				alpha[start+i*stride] = uint8(sum / (2*radius + 1))
			}
		}
	}
	for y := range h {
		run(y*w, 1, w)
	}
	for x := range w {
		run(x, w, h)
	}
}
