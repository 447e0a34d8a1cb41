package screen

import (
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
	"strings"
	"testing"
)

// picture is an XWD file of 2 x 1 pixels.
func picture(change map[int]uint32, pixels ...byte) []byte {
	data := make([]byte, 100, 100+len(pixels))
	for field, value := range map[int]uint32{xwdHeaderSize: 100, xwdWidth: 2, xwdHeight: 1, xwdBits: 32, xwdLine: 8} {
		binary.BigEndian.PutUint32(data[4*field:], value)
	}
	for field, value := range change {
		binary.BigEndian.PutUint32(data[4*field:], value)
	}
	return append(data, pixels...)
}

func TestDecode(t *testing.T) {
	t.Parallel()
	img, err := decode(picture(nil, 3, 2, 1, 0, 6, 5, 4, 0))
	if err != nil {
		t.Fatal(err)
	}
	if a, b := img.RGBAAt(0, 0), img.RGBAAt(1, 0); a != (color.RGBA{1, 2, 3, 255}) || b != (color.RGBA{4, 5, 6, 255}) {
		t.Errorf("the pixels are %v and %v", a, b)
	}
	for name, data := range map[string][]byte{
		"no header":    make([]byte, 99),
		"cut off":      picture(nil, 3, 2, 1),
		"other depth":  picture(map[int]uint32{xwdBits: 16}, make([]byte, 8)...),
		"other order":  picture(map[int]uint32{xwdByteOrder: 1}, make([]byte, 8)...),
		"narrow lines": picture(map[int]uint32{xwdLine: 4}, make([]byte, 8)...),
	} {
		if _, err := decode(data); err == nil || !strings.HasPrefix(err.Error(), "xwd: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A colour that shows twice is clicked where there is more of it, not between.
func TestMiddle(t *testing.T) {
	t.Parallel()
	c := color.RGBA{10, 200, 10, 255}
	img := image.NewRGBA(image.Rect(0, 0, 200, 200))
	fill := func(r image.Rectangle) { draw.Draw(img, r, image.NewUniform(c), image.Point{}, draw.Src) }
	fill(image.Rect(10, 10, 40, 40))
	fill(image.Rect(100, 110, 160, 150))
	for name, area := range map[string]struct {
		in    image.Rectangle
		want  image.Point
		found bool
	}{
		"the larger": {img.Rect, image.Pt(129, 129), true}, "within": {image.Rect(0, 0, 90, 90), image.Pt(24, 24), true},
		"too little": {image.Rect(0, 0, 15, 40), image.Point{}, false}, "outside": {image.Rect(300, 300, 400, 400), image.Point{}, false},
	} {
		if at, ok := Middle(img, area.in, c); ok != area.found || at != area.want {
			t.Errorf("%s: %v, %v, want %v, %v", name, at, ok, area.want, area.found)
		}
	}
}
