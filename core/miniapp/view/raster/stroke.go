package raster

import "math"

// pen is how lines are drawn.
type pen struct {
	width      float64
	cap, join  string
	miter      float64
	dash       []float64
	dashOffset float64
}

// maxDashes bounds the pieces that dashes cut a path into.
const maxDashes = 50_000

// outline makes the path whose nonzero inside is a stroke: a piece for every line, join and cap, all wound the same way.
func (p *path) outline(pen pen, m matrix) *path {
	inv, ok := m.inverse()
	out := &path{}
	if !ok || !(pen.width > 0) {
		return out
	}
	o := outliner{pen: pen, half: pen.width / 2, m: m, out: out}
	for _, s := range p.subs {
		local := subpath{closed: s.closed}
		for _, q := range s.points {
			q = inv.apply(q)
			if n := len(local.points); n == 0 || dist(local.points[n-1], q) > 1e-9 {
				local.points = append(local.points, q)
			}
		}
		if n := len(local.points); local.closed && n > 1 && dist(local.points[0], local.points[n-1]) <= 1e-9 {
			local.points = local.points[:n-1]
		}
		if len(local.points) < 2 && !local.closed {
			continue // a lone moveTo draws nothing
		}
		for _, piece := range pen.cut(local) {
			o.stroke(piece)
		}
	}
	return out
}

type outliner struct {
	pen  pen
	half float64
	m    matrix
	out  *path
}

func (o *outliner) stroke(s subpath) {
	n := len(s.points)
	if n == 1 {
		o.dot(s.points[0])
		return
	}
	last := n - 1
	if s.closed {
		last = n
	}
	for i := range last {
		a, b := s.points[i], s.points[(i+1)%n]
		d := unit(b, a)
		w := point{-d.y * o.half, d.x * o.half}
		o.polygon(point{a.x + w.x, a.y + w.y}, point{b.x + w.x, b.y + w.y}, point{b.x - w.x, b.y - w.y}, point{a.x - w.x, a.y - w.y})
		if i > 0 {
			o.joint(s.points[i-1], a, b)
		}
	}
	if s.closed {
		o.joint(s.points[n-1], s.points[0], s.points[1])
		if n > 1 {
			o.joint(s.points[(n-2+n)%n], s.points[n-1], s.points[0])
		}
		return
	}
	o.end(s.points[1], s.points[0])
	o.end(s.points[n-2], s.points[n-1])
}

// dot is what a line without length shows.
func (o *outliner) dot(p point) {
	h := o.half
	switch o.pen.cap {
	case "round":
		o.circle(p)
	case "square":
		o.polygon(point{p.x - h, p.y - h}, point{p.x + h, p.y - h}, point{p.x + h, p.y + h}, point{p.x - h, p.y + h})
	}
}

// end is the cap at b of a line from a.
func (o *outliner) end(a, b point) {
	switch o.pen.cap {
	case "round":
		o.circle(b)
	case "square":
		d := unit(b, a)
		w := point{-d.y * o.half, d.x * o.half}
		e := point{b.x + d.x*o.half, b.y + d.y*o.half}
		o.polygon(point{b.x + w.x, b.y + w.y}, point{e.x + w.x, e.y + w.y}, point{e.x - w.x, e.y - w.y}, point{b.x - w.x, b.y - w.y})
	}
}

// joint fills the outer corner at b between two lines.
func (o *outliner) joint(a, b, c point) {
	d1, d2 := unit(b, a), unit(c, b)
	cross := d1.x*d2.y - d1.y*d2.x
	dot := d1.x*d2.x + d1.y*d2.y
	if math.Abs(cross) < 1e-9 && dot > 0 {
		return
	}
	if o.pen.join == "round" {
		o.circle(b)
		return
	}
	side := o.half
	if cross > 0 {
		side = -side
	}
	n1 := point{b.x - d1.y*side, b.y + d1.x*side}
	n2 := point{b.x - d2.y*side, b.y + d2.x*side}
	// 1/sin(half the angle between the lines) is how far the tip is out, in half widths.
	half := math.Sqrt(math.Max(0, (1+dot)/2))
	if o.pen.join == "miter" && half > 1e-6 && 1/half <= o.pen.miter {
		mid := unit(point{n1.x + n2.x - 2*b.x, n1.y + n2.y - 2*b.y}, point{})
		out := o.half / half
		o.polygon(b, n1, point{b.x + mid.x*out, b.y + mid.y*out}, n2)
		return
	}
	o.polygon(b, n1, n2)
}

func (o *outliner) circle(c point) {
	n := steps(o.m, o.half*2*math.Pi)
	points := make([]point, n)
	for i := range points {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		points[i] = point{c.x + o.half*cos, c.y + o.half*sin}
	}
	o.polygon(points...)
}

// polygon adds a piece, turned so that all are wound the same way on the bitmap.
func (o *outliner) polygon(points ...point) {
	if o.out.count+len(points) > maxPoints {
		return
	}
	area := 0.0
	placed := make([]point, len(points))
	for i, p := range points {
		placed[i] = near(o.m.apply(p))
	}
	for i, p := range placed {
		q := placed[(i+1)%len(placed)]
		area += p.x*q.y - q.x*p.y
	}
	if area < 0 {
		for i, j := 0, len(placed)-1; i < j; i, j = i+1, j-1 {
			placed[i], placed[j] = placed[j], placed[i]
		}
	}
	o.out.count += len(placed)
	o.out.subs = append(o.out.subs, subpath{points: placed, closed: true})
}

// cut cuts a subpath into dashes.
func (p pen) cut(s subpath) []subpath {
	total := 0.0
	for _, d := range p.dash {
		total += d
	}
	if !(total > 0) || math.IsInf(total, 0) {
		return []subpath{s}
	}
	points := s.points
	if s.closed {
		points = append(append([]point(nil), points...), points[0])
	}
	at := math.Mod(p.dashOffset, total)
	if at < 0 {
		at += total
	}
	i := 0
	for at >= p.dash[i] && at > 0 {
		at -= p.dash[i]
		i = (i + 1) % len(p.dash)
	}
	left := p.dash[i] - at
	var out []subpath
	run := []point{points[0]}
	for k := 1; k < len(points); k++ {
		from, to := points[k-1], points[k]
		length, done := dist(from, to), 0.0
		for length-done > left && len(out) < maxDashes {
			done += left
			here := mix(from, to, done/length)
			if i%2 == 0 {
				out = append(out, subpath{points: append(run, here)})
			}
			run = []point{here}
			i = (i + 1) % len(p.dash)
			left = p.dash[i]
		}
		left -= length - done
		run = append(run, to)
	}
	if i%2 == 0 && len(run) > 1 {
		out = append(out, subpath{points: run})
	}
	return out
}
