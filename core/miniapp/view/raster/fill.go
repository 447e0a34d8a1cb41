package raster

import (
	"cmp"
	"image"
	"math"
	"slices"
)

// rows is how many lines of samples a row of pixels has; along a line coverage is exact.
const rows = 8

// mask is how far each pixel of a rectangle is covered.
type mask struct {
	image.Rectangle
	alpha []uint8
}

func newMask(r image.Rectangle) *mask {
	return &mask{Rectangle: r, alpha: make([]uint8, max(0, r.Dx())*max(0, r.Dy()))}
}

// at is the coverage of a pixel; 0 outside.
func (m *mask) at(x, y int) uint8 {
	if x < m.Min.X || x >= m.Max.X || y < m.Min.Y || y >= m.Max.Y {
		return 0
	}
	return m.alpha[(y-m.Min.Y)*m.Dx()+x-m.Min.X]
}

// edge is a line that goes down; winding says which way it went in its path.
type edge struct {
	top, bottom float64
	x, slope    float64 // x at the top
	winding     int
}

func (e *edge) at(y float64) float64 { return e.x + (y-e.top)*e.slope }

func edges(p *path) []edge {
	var out []edge
	add := func(a, b point) {
		if a.y == b.y {
			return
		}
		winding := 1
		if a.y > b.y {
			a, b, winding = b, a, -1
		}
		out = append(out, edge{top: a.y, bottom: b.y, x: a.x, slope: (b.x - a.x) / (b.y - a.y), winding: winding})
	}
	for _, s := range p.subs {
		for i := 1; i < len(s.points); i++ {
			add(s.points[i-1], s.points[i])
		}
		if n := len(s.points); n > 2 {
			add(s.points[n-1], s.points[0])
		}
	}
	slices.SortFunc(out, func(a, b edge) int { return cmp.Compare(a.top, b.top) })
	return out
}

// bounds is the pixels that a path may touch, within limit.
func (p *path) bounds(limit image.Rectangle) image.Rectangle {
	low, high := point{far, far}, point{-far, -far}
	for _, s := range p.subs {
		for _, q := range s.points {
			low = point{math.Min(low.x, q.x), math.Min(low.y, q.y)}
			high = point{math.Max(high.x, q.x), math.Max(high.y, q.y)}
		}
	}
	if high.x < low.x {
		return image.Rectangle{}
	}
	return image.Rect(int(math.Floor(low.x)), int(math.Floor(low.y)), int(math.Ceil(high.x)), int(math.Ceil(high.y))).Intersect(limit)
}

// fill covers the inside of a path, within limit.
func fill(p *path, evenOdd bool, limit image.Rectangle) *mask {
	m := newMask(p.bounds(limit))
	if m.Empty() {
		return m
	}
	f := filler{mask: m, evenOdd: evenOdd, pending: edges(p), row: make([]float64, m.Dx()+2), step: make([]float64, m.Dx()+2)}
	for y := m.Min.Y; y < m.Max.Y; y++ {
		f.line(y)
	}
	return m
}

type filler struct {
	*mask
	evenOdd   bool
	pending   []edge
	active    []edge
	crossings []crossing
	// row is the coverage of single pixels, step where a run of full ones begins (+) and ends (-).
	row, step []float64
}

type crossing struct {
	x       float64
	winding int
}

// line fills one row of pixels.
func (f *filler) line(y int) {
	clear(f.row)
	clear(f.step)
	for k := range rows {
		f.sample(float64(y) + (float64(k)+0.5)/rows)
	}
	out := f.alpha[(y-f.Min.Y)*f.Dx():][:f.Dx()]
	full := 0.0
	for i := range out {
		full += f.step[i]
		out[i] = uint8(clamp((full+f.row[i])*255/rows+0.5, 0, 255))
	}
}

// sample adds what is inside along one line.
func (f *filler) sample(y float64) {
	for len(f.pending) > 0 && f.pending[0].top <= y {
		f.active = append(f.active, f.pending[0])
		f.pending = f.pending[1:]
	}
	f.active = slices.DeleteFunc(f.active, func(e edge) bool { return e.bottom <= y })
	f.crossings = f.crossings[:0]
	for i := range f.active {
		f.crossings = append(f.crossings, crossing{f.active[i].at(y), f.active[i].winding})
	}
	slices.SortFunc(f.crossings, func(a, b crossing) int { return cmp.Compare(a.x, b.x) })
	winding := 0
	for i, c := range f.crossings {
		if i > 0 && f.inside(winding, i) {
			f.span(f.crossings[i-1].x, c.x)
		}
		winding += c.winding
	}
}

func (f *filler) inside(winding, crossed int) bool {
	if f.evenOdd {
		return crossed%2 == 1
	}
	return winding != 0
}

// span covers from one x to another.
func (f *filler) span(from, to float64) {
	w := float64(f.Dx())
	from, to = clamp(from-float64(f.Min.X), 0, w), clamp(to-float64(f.Min.X), 0, w)
	if to <= from {
		return
	}
	i, j := int(from), int(to)
	if i == j {
		f.row[i] += to - from
		return
	}
	f.row[i] += float64(i+1) - from
	f.row[j] += to - float64(j)
	f.step[i+1]++
	f.step[j]--
}

// contains tells whether a point is inside.
func (p *path) contains(at point, evenOdd bool) bool {
	winding, crossed := 0, 0
	for _, e := range edges(p) {
		if e.top <= at.y && at.y < e.bottom && e.at(at.y) > at.x {
			winding += e.winding
			crossed++
		}
	}
	if evenOdd {
		return crossed%2 == 1
	}
	return winding != 0
}
