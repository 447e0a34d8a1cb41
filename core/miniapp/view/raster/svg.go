package raster

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func sortStops(r ramp) {
	slices.SortStableFunc(r, func(a, b stop) int { return cmp.Compare(a.offset, b.offset) })
}

var svgToken = regexp.MustCompile(`[MmLlHhVvCcSsQqTtAaZz]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?`)

// svgArity is how many numbers a command takes each time.
var svgArity = map[byte]int{'M': 2, 'L': 2, 'H': 1, 'V': 1, 'C': 6, 'S': 4, 'Q': 4, 'T': 2, 'A': 7, 'Z': 0}

// svgPen draws the path of an SVG d attribute.
type svgPen struct {
	p         *path
	m         matrix
	at, start point
	control   point // of the last curve, for S and T
	last      byte
}

// svg adds the path of a d attribute; it ends at the first mistake, as SVG says.
func (p *path) svg(m matrix, d string) {
	pen := svgPen{p: p, m: m}
	tokens := svgToken.FindAllString(d, maxPoints)
	var command byte
	for len(tokens) > 0 {
		if c := tokens[0][0]; strings.IndexByte("MmLlHhVvCcSsQqTtAaZz", c) >= 0 {
			command, tokens = c, tokens[1:]
		} else if command == 0 || command == 'z' || command == 'Z' {
			return
		}
		arity := svgArity[upper(command)]
		if len(tokens) < arity {
			return
		}
		n := make([]float64, arity)
		for i := range n {
			v, err := strconv.ParseFloat(tokens[i], 64)
			if err != nil {
				return
			}
			n[i] = v
		}
		tokens = tokens[arity:]
		pen.draw(command, n)
		switch command { // further pairs are lines
		case 'M':
			command = 'L'
		case 'm':
			command = 'l'
		}
	}
}

func upper(c byte) byte {
	if c >= 'a' {
		return c - 32
	}
	return c
}

// draw carries out one command.
func (s *svgPen) draw(command byte, n []float64) {
	relative := command >= 'a'
	base := point{}
	if relative {
		base = s.at
	}
	at := func(i int) point { return point{base.x + n[i], base.y + n[i+1]} }
	c := upper(command)
	switch c {
	case 'M':
		s.at = at(0)
		s.start = s.at
		s.p.moveTo(s.m, s.at)
	case 'L':
		s.line(at(0))
	case 'H':
		s.line(point{base.x + n[0], s.at.y})
	case 'V':
		s.line(point{s.at.x, base.y + n[0]})
	case 'C':
		s.cubic(at(0), at(2), at(4))
	case 'S':
		s.cubic(s.mirrored("CS"), at(0), at(2))
	case 'Q':
		s.quadratic(at(0), at(2))
	case 'T':
		s.quadratic(s.mirrored("QT"), at(0))
	case 'A':
		s.arc(n[0], n[1], n[2]*math.Pi/180, n[3] != 0, n[4] != 0, at(5))
	case 'Z':
		s.p.close()
		s.at = s.start
	}
	s.last = c
}

func (s *svgPen) line(to point) {
	s.p.lineTo(s.m, to)
	s.at = to
}

func (s *svgPen) cubic(c1, c2, to point) {
	s.p.cubic(s.m, c1, c2, to)
	s.control, s.at = c2, to
}

func (s *svgPen) quadratic(c, to point) {
	s.p.quadratic(s.m, c, to)
	s.control, s.at = c, to
}

// mirrored is the control point that continues a curve before.
func (s *svgPen) mirrored(curves string) point {
	if strings.IndexByte(curves, s.last) < 0 {
		return s.at
	}
	return point{2*s.at.x - s.control.x, 2*s.at.y - s.control.y}
}

// arc draws an elliptical arc, by the formulas of SVG's implementation notes.
func (s *svgPen) arc(rx, ry, turn float64, large, sweep bool, to point) {
	from := s.at
	rx, ry = math.Abs(rx), math.Abs(ry)
	if rx == 0 || ry == 0 || from == to {
		s.line(to)
		return
	}
	sin, cos := math.Sincos(turn)
	dx, dy := (from.x-to.x)/2, (from.y-to.y)/2
	x, y := cos*dx+sin*dy, -sin*dx+cos*dy
	if over := x*x/(rx*rx) + y*y/(ry*ry); over > 1 {
		rx, ry = rx*math.Sqrt(over), ry*math.Sqrt(over)
	}
	k := math.Sqrt(math.Max(0, (rx*rx*ry*ry-rx*rx*y*y-ry*ry*x*x)/(rx*rx*y*y+ry*ry*x*x)))
	if large == sweep {
		k = -k
	}
	cx, cy := k*rx*y/ry, -k*ry*x/rx
	center := point{cos*cx - sin*cy + (from.x+to.x)/2, sin*cx + cos*cy + (from.y+to.y)/2}
	a := math.Atan2((y-cy)/ry, (x-cx)/rx)
	b := math.Atan2((-y-cy)/ry, (-x-cx)/rx)
	s.p.ellipse(s.m, center, rx, ry, turn, a, b, !sweep)
	s.at = to
}
