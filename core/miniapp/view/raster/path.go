package raster

import "math"

// far bounds coordinates on the bitmap: what is further away is drawn as if it were there.
const far = 1e6

// maxPoints bounds a path.
const maxPoints = 1 << 20

// subpath is a run of straight lines.
type subpath struct {
	points []point
	closed bool
}

// path is subpaths in the bitmap's space: points go through the transformation that holds when they are added.
type path struct {
	subs  []subpath
	count int
}

func (p *path) last() *subpath {
	if len(p.subs) == 0 {
		return nil
	}
	return &p.subs[len(p.subs)-1]
}

func (p *path) moveTo(m matrix, to point) {
	if p.count >= maxPoints {
		return
	}
	p.count++
	p.subs = append(p.subs, subpath{points: []point{near(m.apply(to))}})
}

func (p *path) lineTo(m matrix, to point) {
	s := p.last()
	switch {
	case s == nil:
		p.moveTo(m, to)
		return
	case s.closed:
		start := s.points[0]
		p.subs = append(p.subs, subpath{points: []point{start}})
		s = p.last()
	}
	if p.count >= maxPoints {
		return
	}
	p.count++
	s.points = append(s.points, near(m.apply(to)))
}

func (p *path) close() {
	if s := p.last(); s != nil && len(s.points) > 1 {
		s.closed = true
	}
}

// current is where the path ends, in the space of m.
func (p *path) current(m matrix) (point, bool) {
	s := p.last()
	inv, ok := m.inverse()
	if s == nil || !ok {
		return point{}, false
	}
	if s.closed {
		return inv.apply(s.points[0]), true
	}
	return inv.apply(s.points[len(s.points)-1]), true
}

func near(p point) point {
	return point{clamp(p.x, -far, far), clamp(p.y, -far, far)}
}

// clamp keeps v between the bounds; NaN is the lower one.
func clamp(v, low, high float64) float64 {
	if !(v > low) {
		return low
	}
	return math.Min(v, high)
}

// steps is how many lines stand for a curve of about this length on the bitmap.
func steps(m matrix, length float64) int {
	size := length * math.Sqrt(math.Max(m.a*m.a+m.b*m.b, m.c*m.c+m.d*m.d))
	return int(clamp(math.Sqrt(size)*4, 8, 500))
}

func (p *path) quadratic(m matrix, c, to point) {
	from, ok := p.start(m, c)
	if !ok {
		return
	}
	n := steps(m, dist(from, c)+dist(c, to))
	for i := 1; i <= n; i++ {
		t := float64(i) / float64(n)
		p.lineTo(m, mix(mix(from, c, t), mix(c, to, t), t))
	}
}

func (p *path) cubic(m matrix, c1, c2, to point) {
	from, ok := p.start(m, c1)
	if !ok {
		return
	}
	n := steps(m, dist(from, c1)+dist(c1, c2)+dist(c2, to))
	for i := 1; i <= n; i++ {
		t := float64(i) / float64(n)
		a, b, c := mix(from, c1, t), mix(c1, c2, t), mix(c2, to, t)
		p.lineTo(m, mix(mix(a, b, t), mix(b, c, t), t))
	}
}

// start is where the next piece begins; a path that is empty begins at the given point.
func (p *path) start(m matrix, at point) (point, bool) {
	if p.last() == nil {
		p.moveTo(m, at)
	}
	return p.current(m)
}

// ellipse adds an arc; a line leads to its start.
func (p *path) ellipse(m matrix, center point, rx, ry, turn, from, to float64, back bool) {
	if rx < 0 || ry < 0 {
		return
	}
	sweep := arcSweep(from, to, back)
	own := m.then(matrix{a: 1, d: 1, e: center.x, f: center.y}).then(rotation(turn))
	n := int(clamp(math.Ceil(float64(steps(m, math.Max(rx, ry)*2*math.Pi))*math.Abs(sweep)/(2*math.Pi)), 1, 500))
	for i := 0; i <= n; i++ {
		sin, cos := math.Sincos(from + sweep*float64(i)/float64(n))
		p.lineTo(own, point{rx * cos, ry * sin})
	}
}

// arcSweep is how far an arc goes, as the canvas standard says: a full turn at most.
func arcSweep(from, to float64, back bool) float64 {
	const full = 2 * math.Pi
	d := to - from
	switch {
	case !back && d >= full:
		return full
	case back && -d >= full:
		return -full
	}
	d = math.Mod(d, full)
	if !back && d < 0 {
		d += full
	}
	if back && d > 0 {
		d -= full
	}
	return d
}

// arcTo adds a line to and an arc between two tangents.
func (p *path) arcTo(m matrix, p1, p2 point, r float64) {
	p0, ok := p.start(m, p1)
	if !ok {
		return
	}
	a, b := unit(p0, p1), unit(p2, p1)
	cross := a.x*b.y - a.y*b.x
	if r == 0 || math.Abs(cross) < 1e-9 || p0 == p1 || p1 == p2 {
		p.lineTo(m, p1)
		return
	}
	angle := math.Acos(clamp(a.x*b.x+a.y*b.y, -1, 1))
	along := r / math.Tan(angle/2)
	t1 := point{p1.x + a.x*along, p1.y + a.y*along}
	t2 := point{p1.x + b.x*along, p1.y + b.y*along}
	out := r / math.Sin(angle/2)
	mid := unit(point{a.x + b.x, a.y + b.y}, point{})
	c := point{p1.x + mid.x*out, p1.y + mid.y*out}
	p.lineTo(m, t1)
	p.ellipse(m, c, r, r, 0, math.Atan2(t1.y-c.y, t1.x-c.x), math.Atan2(t2.y-c.y, t2.x-c.x), cross > 0)
}

func (p *path) rect(m matrix, x, y, w, h float64) {
	p.moveTo(m, point{x, y})
	p.lineTo(m, point{x + w, y})
	p.lineTo(m, point{x + w, y + h})
	p.lineTo(m, point{x, y + h})
	p.close()
	p.moveTo(m, point{x, y})
}

// roundRect adds a rectangle with up to four radii, from the upper left one on, clockwise.
func (p *path) roundRect(m matrix, x, y, w, h float64, radii []float64) {
	if w < 0 {
		x, w = x+w, -w
	}
	if h < 0 {
		y, h = y+h, -h
	}
	var r [4]float64
	switch len(radii) {
	case 0:
	case 1:
		r = [4]float64{radii[0], radii[0], radii[0], radii[0]}
	case 2:
		r = [4]float64{radii[0], radii[1], radii[0], radii[1]}
	case 3:
		r = [4]float64{radii[0], radii[1], radii[2], radii[1]}
	default:
		copy(r[:], radii)
	}
	for i := range r {
		r[i] = clamp(r[i], 0, math.Min(w, h)/2)
	}
	const quarter = math.Pi / 2
	p.moveTo(m, point{x + r[0], y})
	p.ellipse(m, point{x + w - r[1], y + r[1]}, r[1], r[1], 0, -quarter, 0, false)
	p.ellipse(m, point{x + w - r[2], y + h - r[2]}, r[2], r[2], 0, 0, quarter, false)
	p.ellipse(m, point{x + r[3], y + h - r[3]}, r[3], r[3], 0, quarter, 2*quarter, false)
	p.ellipse(m, point{x + r[0], y + r[0]}, r[0], r[0], 0, 2*quarter, 3*quarter, false)
	p.close()
}

func mix(a, b point, t float64) point { return point{a.x + (b.x-a.x)*t, a.y + (b.y-a.y)*t} }

func dist(a, b point) float64 { return math.Hypot(a.x-b.x, a.y-b.y) }

// unit is the direction from b to a.
func unit(a, b point) point {
	d := dist(a, b)
	if d == 0 {
		return point{}
	}
	return point{(a.x - b.x) / d, (a.y - b.y) / d}
}
