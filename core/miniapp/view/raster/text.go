package raster

import (
	"regexp"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gobolditalic"
	"golang.org/x/image/font/gofont/goitalic"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// font is what a CSS font says, as far as the Go fonts have it.
type font struct {
	size               float64
	bold, italic, mono bool
}

var defaultFont = font{size: 10}

var fontSize = regexp.MustCompile(`(\d*\.?\d+)(px|pt|rem|em|%|vw|rpx)(?:\s*/\s*[\w.%]+)?\s*(.*)$`)

// pixels is how many pixels a unit of a font's size is.
var fontUnits = map[string]float64{"px": 1, "pt": 4.0 / 3, "rem": 16, "em": 10, "%": 0.1, "vw": 3.75, "rpx": 0.5}

// maxFont bounds a font's size.
const maxFont = 10_000

// parseFont reads a CSS font: style, weight, size and family.
func parseFont(text string) (font, bool) {
	m := fontSize.FindStringSubmatch(strings.ToLower(text))
	if m == nil {
		return font{}, false
	}
	size, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		return font{}, false
	}
	f := font{size: clamp(size*fontUnits[m[2]], 0, maxFont)}
	before := strings.Fields(strings.ToLower(text[:strings.Index(strings.ToLower(text), m[0])]))
	for _, word := range before {
		weight, err := strconv.Atoi(word)
		f.bold = f.bold || word == "bold" || word == "bolder" || err == nil && weight >= 600
		f.italic = f.italic || word == "italic" || word == "oblique"
	}
	f.mono = strings.Contains(m[3], "mono") || strings.Contains(m[3], "courier")
	return f, true
}

// faces are the fonts by bold, italic and mono, parsed when first used.
var faces = map[font]func() *sfnt.Font{
	{}:                         face(goregular.TTF),
	{bold: true}:               face(gobold.TTF),
	{italic: true}:             face(goitalic.TTF),
	{bold: true, italic: true}: face(gobolditalic.TTF),
	{mono: true}:               face(gomono.TTF),
	{mono: true, bold: true}:   face(gomonobold.TTF),
}

func face(data []byte) func() *sfnt.Font {
	return sync.OnceValue(func() *sfnt.Font {
		f, err := sfnt.Parse(data)
		if err != nil {
			panic("raster: the built-in font is broken: " + err.Error())
		}
		return f
	})
}

func (f font) face() *sfnt.Font {
	f.size = 0
	if f.mono {
		f.italic = false
	}
	return faces[f]()
}

// em is the size at which outlines are read, and what they are scaled from.
const em = 1000

// Heights of the fonts above and below the line, in ems.
const (
	ascent  = 0.93
	descent = 0.21
)

// wide tells characters that take a whole em: those of East Asia.
func wide(r rune) bool {
	return r >= 0x1100 && (r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff ||
		r >= 0xfe30 && r <= 0xfe6f || r >= 0xff00 && r <= 0xff60 || r >= 0xffe0 && r <= 0xffe6 || r >= 0x1f300 && r <= 0x1faff || r >= 0x20000)
}

// run lays text out on a line from 0 on; visit gets each glyph's outline, in ems, and where it stands.
func (f font) run(text string, visit func(x float64, outline sfnt.Segments)) (width float64) {
	face := f.face()
	var buf sfnt.Buffer
	for _, r := range text {
		if r == '\n' || r == '\t' || r == '\r' {
			r = ' '
		}
		glyph, err := face.GlyphIndex(&buf, r)
		if err != nil || glyph == 0 {
			advance := 0.6
			if wide(r) {
				advance = 1
			}
			visit(width, missing(advance))
			width += advance
			continue
		}
		outline, err := face.LoadGlyph(&buf, glyph, fixed.I(em), nil)
		if err == nil {
			visit(width, outline)
		}
		if advance, err := face.GlyphAdvance(&buf, glyph, fixed.I(em), 0); err == nil {
			width += float64(advance) / 64 / em
		}
	}
	return width
}

// missing is the outline of a character that the fonts do not have: a box.
func missing(advance float64) sfnt.Segments {
	at := func(x, y float64) fixed.Point26_6 {
		return fixed.Point26_6{X: fixed.Int26_6(x * em * 64), Y: fixed.Int26_6(y * em * 64)}
	}
	ring := func(d float64, order [4]int) sfnt.Segments {
		corners := [4]fixed.Point26_6{at(d, 0.12-d), at(advance-d, 0.12-d), at(advance-d, -0.88+d), at(d, -0.88+d)}
		out := sfnt.Segments{{Op: sfnt.SegmentOpMoveTo, Args: [3]fixed.Point26_6{corners[order[0]]}}}
		for _, i := range order[1:] {
			out = append(out, sfnt.Segment{Op: sfnt.SegmentOpLineTo, Args: [3]fixed.Point26_6{corners[i]}})
		}
		return out
	}
	return append(ring(0.06, [4]int{0, 1, 2, 3}), ring(0.12, [4]int{0, 3, 2, 1})...)
}

// outline adds a text's outlines to a path.
func (f font) outline(p *path, m matrix, text string, squeeze float64) {
	f.run(text, func(x float64, outline sfnt.Segments) {
		own := m.then(matrix{a: f.size * squeeze, d: f.size, e: x * f.size * squeeze})
		for _, s := range outline {
			at := func(i int) point { return point{float64(s.Args[i].X) / 64 / em, float64(s.Args[i].Y) / 64 / em} }
			switch s.Op {
			case sfnt.SegmentOpMoveTo:
				p.moveTo(own, at(0))
			case sfnt.SegmentOpLineTo:
				p.lineTo(own, at(0))
			case sfnt.SegmentOpQuadTo:
				p.quadratic(own, at(0), at(1))
			case sfnt.SegmentOpCubeTo:
				p.cubic(own, at(0), at(1), at(2))
			}
		}
	})
}

// measure tells how large a text is.
func (f font) measure(text string) message.TextMetrics {
	m := message.TextMetrics{FontBoundingBoxAscent: ascent * f.size, FontBoundingBoxDescent: descent * f.size}
	first := true
	m.Width = f.size * f.run(text, func(x float64, outline sfnt.Segments) {
		if len(outline) == 0 {
			return
		}
		b := outline.Bounds()
		left, right := (x+float64(b.Min.X)/64/em)*f.size, (x+float64(b.Max.X)/64/em)*f.size
		up, down := -float64(b.Min.Y)/64/em*f.size, float64(b.Max.Y)/64/em*f.size
		if first {
			m.ActualBoundingBoxLeft, m.ActualBoundingBoxRight = -left, right
			m.ActualBoundingBoxAscent, m.ActualBoundingBoxDescent = up, down
			first = false
			return
		}
		m.ActualBoundingBoxLeft, m.ActualBoundingBoxRight = max(m.ActualBoundingBoxLeft, -left), max(m.ActualBoundingBoxRight, right)
		m.ActualBoundingBoxAscent, m.ActualBoundingBoxDescent = max(m.ActualBoundingBoxAscent, up), max(m.ActualBoundingBoxDescent, down)
	})
	return m
}

// text makes the path of a text at a place.
func (b *bitmap) text(text string, x, y, widest float64) *path {
	f, p := b.state.font, &path{}
	if widest == 0 {
		return p
	}
	width, squeeze := f.measure(text).Width, 1.0
	if widest > 0 && width > widest {
		squeeze = widest / width
		width = widest
	}
	switch b.state.align {
	case "center":
		x -= width / 2
	case "right":
		x -= width
	case "end":
		if !b.state.rtl {
			x -= width
		}
	case "start":
		if b.state.rtl {
			x -= width
		}
	}
	switch b.state.baseline {
	case "top":
		y += 0.88 * f.size
	case "hanging":
		y += 0.75 * f.size
	case "middle":
		y += 0.36 * f.size
	case "bottom", "ideographic":
		y -= descent * f.size
	}
	f.outline(p, b.state.matrix.then(matrix{a: 1, d: 1, e: x, f: y}), text, squeeze)
	return p
}
