package raster

import (
	"encoding/json"
	"fmt"

	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// call is one drawing operation.
type call struct {
	name string
	args []any
}

func (c call) n(i int) float64 { return c.args[i].(float64) }

func (c call) s(i int) string { return c.args[i].(string) }

func (c call) list(i int) []any { return c.args[i].([]any) }

func (c call) point(i int) point { return point{c.n(i), c.n(i + 1)} }

// numbers reads an array of numbers; what is none is 0.
func numbers(list []any) []float64 {
	out := make([]float64, len(list))
	for i, v := range list {
		out[i], _ = v.(float64)
	}
	return out
}

// decode reads a flat array of operations.
func decode(raw json.RawMessage) ([]call, error) {
	var flat []any
	if err := json.Unmarshal(raw, &flat); err != nil {
		return nil, fmt.Errorf("drawing operations: %w", err)
	}
	return calls(flat)
}

// calls cuts a flat array into operations and checks their arguments.
func calls(flat []any) ([]call, error) {
	var out []call
	for i := 0; i < len(flat); {
		code, ok := flat[i].(float64)
		if !ok || code != float64(int(code)) || code < 0 || int(code) >= len(message.CanvasOps) {
			return nil, fmt.Errorf("drawing operations: element %d is %v, want the number of an operation below %d", i, flat[i], len(message.CanvasOps))
		}
		op := message.CanvasOps[int(code)]
		if i+len(op.Args) >= len(flat) {
			return nil, fmt.Errorf("drawing operations: %s at element %d wants %d arguments, the array ends after %d", op.Name, i, len(op.Args), len(flat)-1-i)
		}
		c := call{op.Name, flat[i+1 : i+1+len(op.Args)]}
		for k, kind := range op.Args {
			if !fits(kind, c.args[k]) {
				return nil, fmt.Errorf("drawing operations: argument %d of %s at element %d is %T, want %c", k, op.Name, i, c.args[k], kind)
			}
		}
		out = append(out, c)
		i += 1 + len(op.Args)
	}
	return out, nil
}

func fits(kind rune, v any) bool {
	switch v.(type) {
	case float64:
		return kind == 'n'
	case string:
		return kind == 's' || kind == 'v'
	case []any:
		return kind == 'a' || kind == 'v'
	}
	return false
}

// run carries out operations.
func (b *bitmap) run(list []call) error {
	for _, c := range list {
		if err := b.apply(c); err != nil {
			return err
		}
	}
	return nil
}

func (b *bitmap) apply(c call) error {
	if buildPath(&b.path, b.state.matrix, c) || b.setProperty(c) || b.transform(c) {
		return nil
	}
	switch c.name {
	case "size":
		return b.resize(c.n(0), c.n(1))
	case "legacy":
		return b.legacy(c.n(0) == 1)
	case "putImageData":
		n := [8]float64{}
		for i := range n {
			n[i] = c.n(i + 1)
		}
		return b.putImageData(c.s(0), n)
	case "save":
		b.save()
	case "restore":
		b.restore()
	case "beginPath":
		b.path = path{}
	case "clearRect":
		b.clearRect(c.n(0), c.n(1), c.n(2), c.n(3))
	case "drawImage":
		b.drawImage(b.lookup(int(clamp(c.n(0), -far, far))), numbers(c.list(1)))
	default:
		return b.shape(c)
	}
	return nil
}

// shape fills, strokes or clips.
func (b *bitmap) shape(c call) error {
	switch c.name {
	case "fill":
		b.fill(&b.path, c.s(0) == "evenodd")
	case "stroke":
		b.stroke(&b.path)
	case "clip":
		b.clip(&b.path, c.s(0) == "evenodd")
	case "fillRect", "strokeRect":
		var p path
		p.rect(b.state.matrix, c.n(0), c.n(1), c.n(2), c.n(3))
		if c.name == "fillRect" {
			b.fill(&p, false)
		} else {
			p.subs = p.subs[:1]
			b.stroke(&p)
		}
	case "fillText":
		b.fill(b.text(c.s(0), c.n(1), c.n(2), c.n(3)), false)
	case "strokeText":
		p := b.text(c.s(0), c.n(1), c.n(2), c.n(3))
		for i := range p.subs {
			p.subs[i].closed = true
		}
		b.stroke(p)
	case "fillPath", "strokePath", "clipPath":
		p, err := b.pathOf(c.list(0))
		if err != nil {
			return err
		}
		switch c.name {
		case "fillPath":
			b.fill(p, c.s(1) == "evenodd")
		case "strokePath":
			b.stroke(p)
		default:
			b.clip(p, c.s(1) == "evenodd")
		}
	}
	return nil
}

// pathOf makes a path of its own operations.
func (b *bitmap) pathOf(flat []any) (*path, error) {
	list, err := calls(flat)
	if err != nil {
		return nil, err
	}
	p := &path{}
	for _, c := range list {
		buildPath(p, b.state.matrix, c)
	}
	return p, nil
}

// buildPath carries out an operation that adds to a path; false if it is none.
func buildPath(p *path, m matrix, c call) bool {
	switch c.name {
	case "closePath":
		p.close()
	case "moveTo":
		p.moveTo(m, c.point(0))
	case "lineTo":
		p.lineTo(m, c.point(0))
	case "quadraticCurveTo":
		p.quadratic(m, c.point(0), c.point(2))
	case "bezierCurveTo":
		p.cubic(m, c.point(0), c.point(2), c.point(4))
	case "arc":
		p.ellipse(m, c.point(0), c.n(2), c.n(2), 0, c.n(3), c.n(4), c.n(5) == 1)
	case "arcTo":
		p.arcTo(m, c.point(0), c.point(2), c.n(4))
	case "ellipse":
		p.ellipse(m, c.point(0), c.n(2), c.n(3), c.n(4), c.n(5), c.n(6), c.n(7) == 1)
	case "rect":
		p.rect(m, c.n(0), c.n(1), c.n(2), c.n(3))
	case "roundRect":
		p.roundRect(m, c.n(0), c.n(1), c.n(2), c.n(3), numbers(c.list(4)))
	case "svgPath":
		p.svg(m, c.s(0))
	default:
		return false
	}
	return true
}

func (b *bitmap) transform(c call) bool {
	m := &b.state.matrix
	switch c.name {
	case "scale":
		*m = m.then(matrix{a: c.n(0), d: c.n(1)})
	case "rotate":
		*m = m.then(rotation(c.n(0)))
	case "translate":
		*m = m.then(matrix{a: 1, d: 1, e: c.n(0), f: c.n(1)})
	case "transform":
		*m = m.then(matrix{c.n(0), c.n(1), c.n(2), c.n(3), c.n(4), c.n(5)})
	case "setTransform":
		*m = matrix{a: b.unit, d: b.unit}.then(matrix{c.n(0), c.n(1), c.n(2), c.n(3), c.n(4), c.n(5)})
	default:
		return false
	}
	return true
}

func (b *bitmap) setProperty(c call) bool {
	s := &b.state
	switch c.name {
	case "fillStyle":
		setStyle(&s.fill, c.args[0])
	case "strokeStyle":
		setStyle(&s.stroke, c.args[0])
	case "lineWidth":
		s.pen.width = c.n(0)
	case "lineCap":
		s.pen.cap = c.s(0)
	case "lineJoin":
		s.pen.join = c.s(0)
	case "miterLimit":
		s.pen.miter = c.n(0)
	case "lineDash":
		s.pen.dash = numbers(c.list(0))
	case "lineDashOffset":
		s.pen.dashOffset = c.n(0)
	case "globalAlpha":
		s.alpha = clamp(c.n(0), 0, 1)
	case "globalCompositeOperation":
		s.op = c.s(0)
	case "font":
		if f, ok := parseFont(c.s(0)); ok {
			s.font = f
		}
	case "textAlign":
		s.align = c.s(0)
	case "textBaseline":
		s.baseline = c.s(0)
	case "direction":
		s.rtl = c.s(0) == "rtl"
	case "shadowOffsetX":
		s.shadow.x = c.n(0)
	case "shadowOffsetY":
		s.shadow.y = c.n(0)
	case "shadowBlur":
		s.shadow.blur = c.n(0)
	case "shadowColor":
		if color, ok := parseColor(c.s(0)); ok {
			s.shadow.color = premultiplied(color)
		}
	case "imageSmoothingEnabled":
		s.smooth = c.n(0) == 1
	case "filter":
	default:
		return false
	}
	return true
}

// setStyle sets a style; one that is not understood changes nothing, as the canvas standard says.
func setStyle(s *style, v any) {
	if text, ok := v.(string); ok {
		if c, ok := parseColor(text); ok {
			*s = style{paint: solid(premultiplied(c))}
		}
		return
	}
	list, _ := v.([]any)
	if len(list) == 0 {
		return
	}
	n := numbers(list)
	kind, _ := list[0].(string)
	switch {
	case kind == "pattern" && len(list) == 3:
		repetition, _ := list[2].(string)
		*s = style{pattern: int(clamp(n[1], -far, far)), repetition: repetition}
	case kind == "linear" && len(list) == 6:
		*s = style{paint: linear{from: point{n[1], n[2]}, to: point{n[3], n[4]}, ramp: rampOf(list[5])}}
	case kind == "radial" && len(list) == 8:
		*s = style{paint: radial{point{n[1], n[2]}, n[3], point{n[4], n[5]}, n[6], rampOf(list[7])}}
	case kind == "conic" && len(list) == 5:
		*s = style{paint: conic{point{n[2], n[3]}, n[1], rampOf(list[4])}}
	}
}

func rampOf(v any) ramp {
	list, _ := v.([]any)
	var out ramp
	for i := 0; i+1 < len(list); i += 2 {
		offset, _ := list[i].(float64)
		text, _ := list[i+1].(string)
		if c, ok := parseColor(text); ok {
			out = append(out, stop{offset, premultiplied(c)})
		}
	}
	sortStops(out)
	return out
}
