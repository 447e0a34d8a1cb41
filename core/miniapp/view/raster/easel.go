package raster

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/draw"
	_ "image/gif" // pictures that canvases draw
	"image/jpeg"
	"image/png"
	"math"
	"strings"

	_ "golang.org/x/image/webp" // pictures that canvases draw

	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// Options are what an Easel needs of its surroundings.
type Options struct {
	// Load reads an image's bytes by its address; nil loads data: addresses only.
	Load func(address string) ([]byte, error)
	// Box is the size of a canvas's element in CSS pixels; ok is false if there is no such element. Nil knows none.
	Box func(target int) (width, height float64, ok bool)
	// Ratio is how many pixels a CSS pixel is for the old canvas; 0 means 1.
	Ratio float64
}

// Easel holds the canvases and images of one page. It is not safe for concurrent use.
type Easel struct {
	options  Options
	canvases map[int]*bitmap
	pictures map[int]*image.RGBA
}

// New makes an easel.
func New(o Options) *Easel {
	if o.Ratio <= 0 {
		o.Ratio = 1
	}
	return &Easel{options: o, canvases: map[int]*bitmap{}, pictures: map[int]*image.RGBA{}}
}

// errEmpty says that there is no such canvas.
var errEmpty = errors.New("canvas is empty")

// Draw carries out operations on a canvas.
func (e *Easel) Draw(d message.Draw) error {
	b, err := e.canvas(d.Target)
	if err != nil {
		return err
	}
	list, err := decode(d.Ops)
	if err != nil {
		return err
	}
	return b.run(list)
}

// Size is the size of a canvas's bitmap; ok is false if nothing was drawn there.
func (e *Easel) Size(target int) (width, height int, ok bool) {
	b := e.canvases[target]
	if b == nil {
		return 0, 0, false
	}
	return b.pixels.Rect.Dx(), b.pixels.Rect.Dy(), true
}

// PNG is a canvas as a picture; nil if nothing was drawn there.
func (e *Easel) PNG(target int) ([]byte, error) {
	b := e.canvases[target]
	if b == nil || b.pixels.Rect.Empty() {
		return nil, nil
	}
	var out bytes.Buffer
	err := png.Encode(&out, b.pixels)
	return out.Bytes(), err
}

// Default size of a canvas that has been given none, as in HTML.
const (
	defaultWidth  = 300
	defaultHeight = 150
)

func (e *Easel) canvas(target int) (*bitmap, error) {
	if b := e.canvases[target]; b != nil {
		return b, nil
	}
	boxOf := func() (float64, float64) { return defaultWidth, defaultHeight }
	if target >= 0 {
		if e.options.Box == nil {
			return nil, errEmpty
		}
		if _, _, ok := e.options.Box(target); !ok {
			return nil, errEmpty
		}
		boxOf = func() (float64, float64) {
			w, h, _ := e.options.Box(target)
			return w, h
		}
	}
	b := &bitmap{lookup: e.picture, box: boxOf, ratio: e.options.Ratio}
	if err := b.resize(defaultWidth, defaultHeight); err != nil {
		return nil, err
	}
	e.canvases[target] = b
	return b, nil
}

// picture is an image or another canvas; nil if it is not there.
func (e *Easel) picture(target int) *image.RGBA {
	if p := e.pictures[target]; p != nil {
		return p
	}
	if b := e.canvases[target]; b != nil && !b.pixels.Rect.Empty() {
		return b.pixels
	}
	return nil
}

// Answer answers a question. Frames are the host's business.
func (e *Easel) Answer(ask message.CanvasAsk) (any, error) {
	switch ask.Want {
	case message.CanvasMeasure:
		f, ok := parseFont(ask.Font)
		if !ok {
			f = defaultFont
		}
		return f.measure(ask.Text), nil
	case message.CanvasImage:
		return e.load(ask.Target, ask.Src)
	}
	b, err := e.canvas(ask.Target)
	if err != nil {
		return nil, err
	}
	switch ask.Want {
	case message.CanvasPixels:
		return b.read(ask)
	case message.CanvasExport:
		return b.export(ask)
	case message.CanvasHit:
		return b.hit(ask)
	}
	return nil, fmt.Errorf("a canvas cannot %.40q", ask.Want)
}

func (e *Easel) load(target int, address string) (any, error) {
	data, err := e.bytes(address)
	if err != nil {
		return nil, err
	}
	return e.Load(target, address, data)
}

// Load takes the bytes of an image that the host read itself; the answer is a message.CanvasSize.
func (e *Easel) Load(target int, address string, data []byte) (any, error) {
	config, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("read the image %.100s: %w", address, err)
	}
	if config.Width > message.MaxCanvasSide || config.Height > message.MaxCanvasSide || config.Width*config.Height > message.MaxCanvasArea {
		return nil, fmt.Errorf("the image %.100s has %d×%d pixels, too many", address, config.Width, config.Height)
	}
	decoded, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("read the image %.100s: %w", address, err)
	}
	size := decoded.Bounds().Size()
	picture := image.NewRGBA(image.Rectangle{Max: size})
	draw.Draw(picture, picture.Rect, decoded, decoded.Bounds().Min, draw.Src)
	e.pictures[target] = picture
	return message.CanvasSize{Width: size.X, Height: size.Y}, nil
}

func (e *Easel) bytes(address string) ([]byte, error) {
	if rest, ok := strings.CutPrefix(address, "data:"); ok {
		head, body, _ := strings.Cut(rest, ",")
		if !strings.HasSuffix(head, ";base64") {
			return nil, fmt.Errorf("a data: address of %.40q is not understood: want base64", head)
		}
		return base64.StdEncoding.DecodeString(strings.TrimSpace(body))
	}
	if e.options.Load == nil {
		return nil, fmt.Errorf("GET %.200s failed", address)
	}
	return e.options.Load(address)
}

// region is the part of the pixels that a question is about, and how many pixels one of its units is.
func (b *bitmap) region(ask message.CanvasAsk) (r box, unit float64) {
	unit = 1
	if ask.Legacy {
		unit = b.unit
	}
	r = box{ask.X, ask.Y, ask.Width, ask.Height}
	if r.w < 0 {
		r.x, r.w = r.x+r.w, -r.w
	}
	if r.h < 0 {
		r.y, r.h = r.y+r.h, -r.h
	}
	return r, unit
}

func (b *bitmap) read(ask message.CanvasAsk) (any, error) {
	r, unit := b.region(ask)
	w, h := int(clamp(r.w, 0, message.MaxCanvasArea)), int(clamp(r.h, 0, message.MaxCanvasArea))
	if w < 1 || h < 1 || w*h > message.MaxCanvasArea {
		return nil, fmt.Errorf("%g×%g pixels cannot be read", r.w, r.h)
	}
	out := make([]byte, 0, w*h*4)
	x0, y0 := clamp(r.x, -far, far), clamp(r.y, -far, far)
	for y := range h {
		for x := range w {
			at := image.Pt(int((math.Trunc(x0)+float64(x)+0.5)*unit-0.5*min(unit, 1)), int((math.Trunc(y0)+float64(y)+0.5)*unit-0.5*min(unit, 1)))
			out = append(out, straight(b.pixels, at)...)
		}
	}
	return message.CanvasPixelData{Width: w, Height: h, Data: base64.StdEncoding.EncodeToString(out)}, nil
}

// straight is a pixel as RGBA that is not premultiplied.
func straight(m *image.RGBA, at image.Point) []byte {
	if !at.In(m.Rect) {
		return []byte{0, 0, 0, 0}
	}
	p := m.Pix[m.PixOffset(at.X, at.Y):]
	a := int(p[3])
	if a == 0 {
		return []byte{0, 0, 0, 0}
	}
	c := func(v uint8) byte { return byte(min(255, (int(v)*255+a/2)/a)) }
	return []byte{c(p[0]), c(p[1]), c(p[2]), p[3]}
}

func (b *bitmap) export(ask message.CanvasAsk) (any, error) {
	r, unit := b.region(ask)
	size := b.pixels.Rect.Size()
	if r.w == 0 {
		r.w = float64(size.X)/unit - r.x
	}
	if r.h == 0 {
		r.h = float64(size.Y)/unit - r.y
	}
	w, h := ask.DestWidth, ask.DestHeight
	if w == 0 {
		w = r.w * unit
	}
	if h == 0 {
		h = r.h * unit
	}
	w, h = math.Round(w), math.Round(h)
	if !(w >= 1 && h >= 1 && w <= message.MaxCanvasSide && h <= message.MaxCanvasSide && w*h <= message.MaxCanvasArea) {
		return nil, errors.New("create bitmap failed")
	}
	out := &bitmap{}
	if err := out.resize(w, h); err != nil {
		return nil, err
	}
	whole := box{0, 0, float64(size.X), float64(size.Y)}
	if whole.w > 0 && whole.h > 0 {
		sx, sy := w/r.w, h/r.h
		out.drawImage(b.pixels, []float64{0, 0, whole.w, whole.h, -r.x * sx, -r.y * sy, whole.w / unit * sx, whole.h / unit * sy})
	}
	return encode(out.pixels, ask)
}

func encode(m *image.RGBA, ask message.CanvasAsk) (any, error) {
	var data bytes.Buffer
	kind := "image/png"
	var err error
	if ask.FileType == "jpg" {
		kind = "image/jpeg"
		quality := ask.Quality
		if quality <= 0 || quality > 1 {
			quality = 1
		}
		err = jpeg.Encode(&data, m, &jpeg.Options{Quality: max(1, int(quality*100))})
	} else {
		err = png.Encode(&data, m)
	}
	return message.CanvasFile{Type: kind, Data: base64.StdEncoding.EncodeToString(data.Bytes())}, err
}

func (b *bitmap) hit(ask message.CanvasAsk) (any, error) {
	p := &b.path
	if len(ask.Path) > 0 {
		var flat []any
		if err := json.Unmarshal(ask.Path, &flat); err != nil {
			return nil, fmt.Errorf("path: %w", err)
		}
		var err error
		if p, err = b.pathOf(flat); err != nil {
			return nil, err
		}
	}
	at := point{ask.X, ask.Y}
	if ask.Stroke {
		return p.outline(b.state.pen, b.state.matrix).contains(at, false), nil
	}
	return p.contains(at, ask.Rule == "evenodd"), nil
}
