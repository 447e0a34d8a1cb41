package raster

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// ops encodes operations: ["fillRect", 0, 0, 10, 10] … by name.
func ops(t testing.TB, list ...[]any) json.RawMessage {
	t.Helper()
	flat := []any{}
	for _, op := range list {
		code := message.CanvasOpNumber(op[0].(string))
		if code < 0 {
			t.Fatalf("there is no operation %v", op[0])
		}
		flat = append(append(flat, code), op[1:]...)
	}
	raw, err := json.Marshal(flat)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func op(list ...any) []any { return list }

// drawn carries operations out on a canvas of 20×20 pixels.
func drawn(t testing.TB, list ...[]any) *Easel {
	t.Helper()
	e := New(Options{})
	if err := e.Draw(message.Draw{Target: -1, Ops: ops(t, append([][]any{op("size", 20, 20)}, list...)...)}); err != nil {
		t.Fatal(err)
	}
	return e
}

func (e *Easel) colorAt(x, y int) color.NRGBA {
	p := straight(e.canvases[-1].pixels, image.Pt(x, y))
	return color.NRGBA{p[0], p[1], p[2], p[3]}
}

var (
	none0 = color.NRGBA{}
	red   = color.NRGBA{255, 0, 0, 255}
	blue  = color.NRGBA{0, 0, 255, 255}
	black = color.NRGBA{0, 0, 0, 255}
)

func TestDraw(t *testing.T) {
	t.Parallel()
	type at struct {
		x, y int
		want color.NRGBA
	}
	for _, test := range []struct {
		name string
		ops  [][]any
		want []at
	}{
		{"a rectangle", [][]any{op("fillStyle", "red"), op("fillRect", 5, 5, 10, 10)}, []at{{4, 5, none0}, {5, 5, red}, {14, 14, red}, {15, 15, none0}}},
		{"half a pixel", [][]any{op("fillStyle", "#f00"), op("fillRect", 5.5, 5, 10, 10)}, []at{{5, 6, color.NRGBA{255, 0, 0, 128}}, {6, 6, red}}},
		{"clearing", [][]any{op("fillRect", 0, 0, 20, 20), op("clearRect", 5, 5, 5, 5)}, []at{{4, 4, black}, {5, 5, none0}, {10, 10, black}}},
		{"a circle", [][]any{op("fillStyle", "rgb(0,0,255)"), op("beginPath"), op("arc", 10, 10, 8, 0, 6.3, 0), op("fill", "nonzero")}, []at{{10, 10, blue}, {3, 3, none0}, {10, 3, blue}}},
		{"even-odd", [][]any{op("rect", 0, 0, 20, 20), op("rect", 5, 5, 10, 10), op("fill", "evenodd")}, []at{{1, 1, black}, {10, 10, none0}}},
		{"nonzero", [][]any{op("rect", 0, 0, 20, 20), op("rect", 5, 5, 10, 10), op("fill", "nonzero")}, []at{{1, 1, black}, {10, 10, black}}},
		{"a line", [][]any{op("strokeStyle", "red"), op("lineWidth", 4), op("moveTo", 2, 10), op("lineTo", 18, 10), op("stroke")}, []at{{10, 7, none0}, {10, 8, red}, {10, 11, red}, {10, 12, none0}, {1, 10, none0}, {19, 10, none0}}},
		{"a square cap", [][]any{op("lineCap", "square"), op("lineWidth", 4), op("moveTo", 4, 10), op("lineTo", 10, 10), op("stroke")}, []at{{2, 10, black}, {11, 10, black}, {12, 10, none0}}},
		{"dashes", [][]any{op("lineDash", []any{4, 4}), op("lineWidth", 2), op("moveTo", 0, 10), op("lineTo", 20, 10), op("stroke")}, []at{{1, 10, black}, {5, 10, none0}, {9, 10, black}}},
		{"a miter", [][]any{op("lineWidth", 4), op("moveTo", 4, 18), op("lineTo", 4, 4), op("lineTo", 18, 4), op("stroke")}, []at{{2, 2, black}}},
		{"a bevel", [][]any{op("lineJoin", "bevel"), op("lineWidth", 4), op("moveTo", 4, 18), op("lineTo", 4, 4), op("lineTo", 18, 4), op("stroke")}, []at{{2, 2, none0}}},
		{"an outline", [][]any{op("lineWidth", 2), op("strokeRect", 5, 5, 10, 10)}, []at{{5, 5, black}, {10, 10, none0}, {15, 15, black}, {4, 4, black}}},
		{"scaling", [][]any{op("scale", 2, 2), op("fillRect", 0, 0, 5, 5)}, []at{{9, 9, black}, {10, 10, none0}}},
		{"save and restore", [][]any{op("save"), op("translate", 10, 10), op("fillStyle", "red"), op("restore"), op("fillRect", 0, 0, 5, 5)}, []at{{1, 1, black}, {11, 11, none0}}},
		{"a clip", [][]any{op("rect", 5, 5, 5, 5), op("clip", "nonzero"), op("fillRect", 0, 0, 20, 20)}, []at{{4, 4, none0}, {7, 7, black}, {10, 10, none0}}},
		{"half transparent", [][]any{op("globalAlpha", 0.5), op("fillRect", 0, 0, 20, 20)}, []at{{1, 1, color.NRGBA{0, 0, 0, 128}}}},
		{"a hole", [][]any{op("fillRect", 0, 0, 20, 20), op("globalCompositeOperation", "destination-out"), op("fillRect", 5, 5, 5, 5)}, []at{{7, 7, none0}, {1, 1, black}}},
		{"only the source", [][]any{op("fillRect", 0, 0, 20, 20), op("globalCompositeOperation", "copy"), op("fillStyle", "red"), op("fillRect", 5, 5, 5, 5)}, []at{{7, 7, red}, {1, 1, none0}}},
		{"a gradient", [][]any{op("fillStyle", []any{"linear", 0, 0, 20, 0, []any{0, "red", 1, "blue"}}), op("fillRect", 0, 0, 20, 20)}, []at{{0, 5, color.NRGBA{249, 0, 6, 255}}, {19, 5, color.NRGBA{6, 0, 249, 255}}}},
		{"a round gradient", [][]any{op("fillStyle", []any{"radial", 10, 10, 0, 10, 10, 5, []any{0, "red", 0.9, "red", 1, "blue"}}), op("fillRect", 0, 0, 20, 20)}, []at{{10, 10, red}, {1, 1, blue}}},
		{"a shadow", [][]any{op("shadowColor", "blue"), op("shadowOffsetX", 5), op("shadowOffsetY", 5), op("fillStyle", "red"), op("fillRect", 0, 0, 5, 5)}, []at{{1, 1, red}, {7, 7, blue}}},
		{"a path of its own", [][]any{op("fillPath", []any{message.CanvasOpNumber("rect"), 5, 5, 5, 5}, "nonzero")}, []at{{7, 7, black}, {1, 1, none0}}},
		{"an SVG path", [][]any{op("fillPath", []any{message.CanvasOpNumber("svgPath"), "M5 5h10v10h-10z"}, "nonzero")}, []at{{7, 7, black}, {1, 1, none0}, {14, 14, black}}},
		{"an SVG arc", [][]any{op("fillPath", []any{message.CanvasOpNumber("svgPath"), "M2,10a8,8 0 1 1 16 0a8 8 0 1 1-16,0"}, "nonzero")}, []at{{10, 10, black}, {10, 3, black}, {10, 16, black}, {2, 2, none0}}},
		{"round corners", [][]any{op("roundRect", 0, 0, 20, 20, []any{8}), op("fill", "nonzero")}, []at{{0, 0, none0}, {10, 10, black}, {10, 0, black}}},
		{"an arc to", [][]any{op("moveTo", 0, 0), op("arcTo", 20, 0, 20, 20, 10), op("lineTo", 20, 20), op("lineTo", 0, 20), op("fill", "nonzero")}, []at{{19, 0, none0}, {5, 5, black}, {18, 15, black}}},
		{"a new size is blank", [][]any{op("fillRect", 0, 0, 20, 20), op("size", 20, 20)}, []at{{1, 1, none0}}},
		{"a colour that is none", [][]any{op("fillStyle", "red"), op("fillStyle", "no colour"), op("fillRect", 0, 0, 20, 20)}, []at{{1, 1, red}}},
		{"pixels", [][]any{op("putImageData", base64.StdEncoding.EncodeToString([]byte{255, 0, 0, 255, 0, 0, 255, 255}), 2, 1, 3, 3, 0, 0, 2, 1)}, []at{{3, 3, red}, {4, 3, blue}, {5, 3, none0}}},
		{"far away", [][]any{op("moveTo", -1e300, -1e300), op("lineTo", 1e300, -1e300), op("lineTo", 1e300, 1e300), op("lineTo", -1e300, 1e300), op("fill", "nonzero")}, []at{{10, 10, black}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			e := drawn(t, test.ops...)
			for _, a := range test.want {
				if got := e.colorAt(a.x, a.y); !close(got, a.want) {
					t.Errorf("pixel %d,%d is %v, want %v", a.x, a.y, got, a.want)
				}
			}
		})
	}
}

func close(a, b color.NRGBA) bool {
	near := func(a, b uint8) bool { return math.Abs(float64(a)-float64(b)) <= 2 }
	return near(a.R, b.R) && near(a.G, b.G) && near(a.B, b.B) && near(a.A, b.A)
}

func TestText(t *testing.T) {
	t.Parallel()
	e := drawn(t, op("font", "bold 20px sans-serif"), op("textBaseline", "top"), op("fillText", "H", 0, 0, -1))
	inked := 0
	for y := range 20 {
		for x := range 20 {
			if e.colorAt(x, y).A > 128 {
				inked++
			}
		}
	}
	if inked < 40 || inked > 200 {
		t.Errorf("the letter covers %d of 400 pixels", inked)
	}
	width := func(font, text string) float64 {
		m, err := e.Answer(message.CanvasAsk{Want: message.CanvasMeasure, Font: font, Text: text})
		if err != nil {
			t.Fatal(err)
		}
		return m.(message.TextMetrics).Width
	}
	if got := width("20px serif", "斗拱"); got != 40 {
		t.Errorf("two Chinese characters of 20px are %gpx wide, want 40", got)
	}
	if a, b := width("20px x", "abc"), width("40px x", "abc"); math.Abs(b-2*a) > 1e-6 || a < 20 {
		t.Errorf("abc is %gpx wide at 20px and %gpx at 40px", a, b)
	}
	if a, b := width("20px x", "iii"), width("20px x", "WWW"); a >= b {
		t.Errorf("iii is %gpx wide, WWW %gpx", a, b)
	}
}

func TestQuestions(t *testing.T) {
	t.Parallel()
	e := drawn(t, op("fillStyle", "red"), op("fillRect", 0, 0, 10, 20), op("beginPath"), op("rect", 2, 2, 5, 5))
	ask := func(a message.CanvasAsk) any {
		t.Helper()
		a.Target = -1
		out, err := e.Answer(a)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	pixels := ask(message.CanvasAsk{Want: message.CanvasPixels, X: 9, Y: 0, Width: 2, Height: 1}).(message.CanvasPixelData)
	if got, want := pixels.Data, base64.StdEncoding.EncodeToString([]byte{255, 0, 0, 255, 0, 0, 0, 0}); got != want {
		t.Errorf("pixels are %s, want %s", got, want)
	}
	file := ask(message.CanvasAsk{Want: message.CanvasExport, X: 0, Y: 0, Width: 10, Height: 10, DestWidth: 5, DestHeight: 5, FileType: "png"}).(message.CanvasFile)
	data, err := base64.StdEncoding.DecodeString(file.Data)
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil || picture.Bounds().Dx() != 5 || file.Type != "image/png" {
		t.Fatalf("exported %s: %v", file.Type, err)
	}
	if r, _, _, a := picture.At(2, 2).RGBA(); r != 0xffff || a != 0xffff {
		t.Errorf("the exported picture's middle is %v, want red", picture.At(2, 2))
	}
	for _, hit := range []struct {
		x, y   float64
		stroke bool
		want   bool
	}{{3, 3, false, true}, {8, 8, false, false}, {2, 3, true, true}, {4, 4, true, false}} {
		if got := ask(message.CanvasAsk{Want: message.CanvasHit, X: hit.x, Y: hit.y, Stroke: hit.stroke}); got != hit.want {
			t.Errorf("hit %+v: got %v", hit, got)
		}
	}
	// The exported file as an image on another canvas.
	if _, err := e.Answer(message.CanvasAsk{Target: -2, Want: message.CanvasImage, Src: "data:image/png;base64," + file.Data}); err != nil {
		t.Fatal(err)
	}
	if err := e.Draw(message.Draw{Target: -1, Ops: ops(t, op("drawImage", -2, []any{15, 0, 5, 5}))}); err != nil {
		t.Fatal(err)
	}
	if got := e.colorAt(17, 2); got != red {
		t.Errorf("the image is %v, want red", got)
	}
}

// The old canvas counts in CSS pixels, has the size of its element, and begins anew unless it is told to keep.
func TestLegacy(t *testing.T) {
	t.Parallel()
	e := New(Options{Ratio: 2, Box: func(int) (float64, float64, bool) { return 10, 10, true }})
	draw := func(keep int, x float64) {
		t.Helper()
		if err := e.Draw(message.Draw{Target: 7, Ops: ops(t, op("legacy", keep), op("fillRect", x, 0, 2, 2))}); err != nil {
			t.Fatal(err)
		}
	}
	alpha := func(x int) uint8 { return straight(e.canvases[7].pixels, image.Pt(x, 1))[3] }
	draw(0, 0)
	if w, h, _ := e.Size(7); w != 20 || h != 20 {
		t.Errorf("the bitmap has %d×%d pixels, want 20×20", w, h)
	}
	draw(1, 5)
	if alpha(1) != 255 || alpha(11) != 255 {
		t.Error("draw(true) did not keep what was there")
	}
	draw(0, 5)
	if alpha(1) != 0 || alpha(11) != 255 {
		t.Error("draw(false) kept what was there")
	}
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, ops, want string }{
		{"no JSON", `{`, "drawing operations: "},
		{"no array", `{}`, "drawing operations: "},
		{"no number", `["fill"]`, "element 0 is fill, want the number of an operation below"},
		{"unknown", `[999]`, "element 0 is 999, want the number of an operation below"},
		{"a fraction", `[0.5]`, "element 0 is 0.5"},
		{"cut off", `[0,1]`, "size at element 0 wants 2 arguments, the array ends after 1"},
		{"a wrong type", `[0,"a",1]`, "argument 0 of size at element 0 is string, want n"},
		{"too large", `[0,100000,1]`, "too large"},
	} {
		err := New(Options{}).Draw(message.Draw{Target: -1, Ops: json.RawMessage(test.ops)})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", test.name, err, test.want)
		}
	}
	e := New(Options{})
	if err := e.Draw(message.Draw{Target: 3}); err == nil || err.Error() != "canvas is empty" {
		t.Errorf("a canvas that is not there: got %v", err)
	}
	for _, ask := range []message.CanvasAsk{
		{Target: -1, Want: "dance"},
		{Target: -1, Want: message.CanvasPixels, Width: 1e9, Height: 1e9},
		{Target: -1, Want: message.CanvasExport, DestWidth: 1e9, DestHeight: 1e9},
		{Target: -1, Want: message.CanvasImage, Src: "data:image/png;base64,AAAA"},
		{Target: -1, Want: message.CanvasImage, Src: "/no/such.png"},
		{Target: -1, Want: message.CanvasHit, Path: json.RawMessage(`[1000]`)},
	} {
		if out, err := e.Answer(ask); err == nil {
			t.Errorf("%+v: got %v, want an error", ask, out)
		}
	}
}

func TestColors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]color.NRGBA{
		"#abc": {0xaa, 0xbb, 0xcc, 255}, "#aabbcc80": {0xaa, 0xbb, 0xcc, 0x80}, "RGBA(1, 2, 3, .5)": {1, 2, 3, 128},
		"rgb(100% 0% 0% / 50%)": {255, 0, 0, 128}, "hsl(120, 100%, 50%)": {0, 255, 0, 255}, "transparent": {},
		"hsl(240deg 100% 25%)": {0, 0, 128, 255}, "tomato": {0xff, 0x63, 0x47, 255},
	} {
		if got, ok := parseColor(text); !ok || got != want {
			t.Errorf("%s is %v, %v, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "#12", "#xyzxyz", "rgb(1,2)", "rgb(a,b,c)", "rgb(1,2,3", "hsl(NaN,1,1)", "url(x)"} {
		if got, ok := parseColor(text); ok {
			t.Errorf("%q is taken for %v", text, got)
		}
	}
}

func FuzzDraw(f *testing.F) {
	f.Add([]byte(`[0,10,10,27,0,0,5,5]`))
	f.Add([]byte(`[9,11,1,2,12,3,4,22]`))
	f.Add([]byte(`[24,[20,"M0 0a1 2 3 0 1 4 5z"],"nonzero"]`))
	f.Add([]byte(`[42,"bold 20px x",30,"字W",1,2,3]`))
	f.Fuzz(func(_ *testing.T, data []byte) {
		e := New(Options{Box: func(int) (float64, float64, bool) { return 8, 8, true }})
		_ = e.Draw(message.Draw{Target: 1, Ops: data})
		_, _ = e.Answer(message.CanvasAsk{Target: 1, Want: message.CanvasHit, Path: data, Stroke: true})
	})
}
