package raster

import (
	"image/color"
	"math"
	"strconv"
	"strings"

	"golang.org/x/image/colornames"
)

// parseColor reads a CSS colour: a name, #rgb, #rgba, #rrggbb, #rrggbbaa, rgb(), rgba(), hsl(), hsla().
func parseColor(text string) (color.NRGBA, bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "transparent" {
		return color.NRGBA{}, true
	}
	if c, ok := colornames.Map[text]; ok {
		return color.NRGBA{c.R, c.G, c.B, 255}, true
	}
	if hex, ok := strings.CutPrefix(text, "#"); ok {
		return hexColor(hex)
	}
	name, rest, ok := strings.Cut(text, "(")
	rest, closed := strings.CutSuffix(rest, ")")
	if !ok || !closed {
		return color.NRGBA{}, false
	}
	parts := strings.FieldsFunc(rest, func(r rune) bool { return r == ',' || r == ' ' || r == '/' })
	if len(parts) != 3 && len(parts) != 4 {
		return color.NRGBA{}, false
	}
	alpha := 1.0
	if len(parts) == 4 {
		if alpha, ok = component(parts[3], 1); !ok {
			return color.NRGBA{}, false
		}
	}
	switch name {
	case "rgb", "rgba":
		return rgbColor(parts, alpha)
	case "hsl", "hsla":
		return hslColor(parts, alpha)
	}
	return color.NRGBA{}, false
}

func hexColor(hex string) (color.NRGBA, bool) {
	if len(hex) == 3 || len(hex) == 4 {
		var long strings.Builder
		for _, c := range hex {
			long.WriteRune(c)
			long.WriteRune(c)
		}
		hex = long.String()
	}
	if len(hex) == 6 {
		hex += "ff"
	}
	n, err := strconv.ParseUint(hex, 16, 32)
	if err != nil || len(hex) != 8 {
		return color.NRGBA{}, false
	}
	return color.NRGBA{uint8(n >> 24), uint8(n >> 16), uint8(n >> 8), uint8(n)}, true
}

// component reads a number or a percentage of whole.
func component(text string, whole float64) (float64, bool) {
	number, percent := strings.CutSuffix(text, "%")
	v, err := strconv.ParseFloat(strings.TrimSuffix(number, "deg"), 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, false
	}
	if percent {
		v = v / 100 * whole
	}
	return v, true
}

func rgbColor(parts []string, alpha float64) (color.NRGBA, bool) {
	var c [3]uint8
	for i := range c {
		v, ok := component(parts[i], 255)
		if !ok {
			return color.NRGBA{}, false
		}
		c[i] = byteOf(v / 255)
	}
	return color.NRGBA{c[0], c[1], c[2], byteOf(alpha)}, true
}

func hslColor(parts []string, alpha float64) (color.NRGBA, bool) {
	h, ok1 := component(parts[0], 360)
	s, ok2 := component(parts[1], 1)
	l, ok3 := component(parts[2], 1)
	if !ok1 || !ok2 || !ok3 {
		return color.NRGBA{}, false
	}
	s, l = clamp(s, 0, 1), clamp(l, 0, 1)
	channel := func(n float64) uint8 {
		k := math.Mod(n+h/30, 12)
		if k < 0 {
			k += 12
		}
		return byteOf(l - s*math.Min(l, 1-l)*math.Max(-1, math.Min(math.Min(k-3, 9-k), 1)))
	}
	return color.NRGBA{channel(0), channel(8), channel(4), byteOf(alpha)}, true
}

func byteOf(v float64) uint8 { return uint8(clamp(v, 0, 1)*255 + 0.5) }
