package raster

import "math"

// operator is a way to lay a source over what is there; both are premultiplied.
type operator struct {
	mix func(s, d rgba) rgba
	// everywhere says that what the source does not cover changes, too.
	everywhere bool
}

// factors makes a Porter-Duff operator: how much of the source and of what is there remains, by the other's alpha.
func factors(everywhere bool, source, dest func(other float64) float64) operator {
	return operator{everywhere: everywhere, mix: func(s, d rgba) rgba {
		return s.times(source(d.a)).plus(d.times(dest(s.a)))
	}}
}

func all(float64) float64       { return 1 }
func none(float64) float64      { return 0 }
func within(a float64) float64  { return a }
func outside(a float64) float64 { return 1 - a }

// blending makes an operator of a function on single, unmultiplied channels.
func blending(f func(s, d float64) float64) operator {
	return operator{mix: func(s, d rgba) rgba {
		channel := func(cs, cd float64) float64 {
			if s.a == 0 || d.a == 0 {
				return cs*(1-d.a) + cd*(1-s.a)
			}
			return cs*(1-d.a) + cd*(1-s.a) + s.a*d.a*f(cs/s.a, cd/d.a)
		}
		return rgba{channel(s.r, d.r), channel(s.g, d.g), channel(s.b, d.b), s.a + d.a - s.a*d.a}
	}}
}

var sourceOver = factors(false, all, outside)

// operators are the values of globalCompositeOperation, the non-separable ones (hue and its kin) apart.
var operators = map[string]operator{
	"source-over":      sourceOver,
	"source-in":        factors(true, within, none),
	"source-out":       factors(true, outside, none),
	"source-atop":      factors(false, within, outside),
	"destination-over": factors(false, outside, all),
	"destination-in":   factors(true, none, within),
	"destination-out":  factors(false, none, outside),
	"destination-atop": factors(true, outside, within),
	"copy":             factors(true, all, none),
	"xor":              factors(false, outside, outside),
	"lighter": {mix: func(s, d rgba) rgba {
		c := s.plus(d)
		return rgba{math.Min(1, c.r), math.Min(1, c.g), math.Min(1, c.b), math.Min(1, c.a)}
	}},
	"multiply":    blending(func(s, d float64) float64 { return s * d }),
	"screen":      blending(screen),
	"overlay":     blending(func(s, d float64) float64 { return hardLight(d, s) }),
	"darken":      blending(math.Min),
	"lighten":     blending(math.Max),
	"hard-light":  blending(hardLight),
	"difference":  blending(func(s, d float64) float64 { return math.Abs(s - d) }),
	"exclusion":   blending(func(s, d float64) float64 { return s + d - 2*s*d }),
	"color-dodge": blending(dodge),
	"color-burn":  blending(func(s, d float64) float64 { return 1 - dodge(s2(s), 1-d) }),
	"soft-light":  blending(softLight),
}

// s2 turns a burn into a dodge of what is missing.
func s2(s float64) float64 { return 1 - s }

func screen(s, d float64) float64 { return s + d - s*d }

func hardLight(s, d float64) float64 {
	if s <= 0.5 {
		return 2 * s * d
	}
	return screen(2*s-1, d)
}

func dodge(s, d float64) float64 {
	switch {
	case d == 0:
		return 0
	case s >= 1:
		return 1
	}
	return math.Min(1, d/(1-s))
}

func softLight(s, d float64) float64 {
	if s <= 0.5 {
		return d - (1-2*s)*d*(1-d)
	}
	g := math.Sqrt(d)
	if d <= 0.25 {
		g = ((16*d-12)*d + 4) * d
	}
	return d + (2*s-1)*(g-d)
}
