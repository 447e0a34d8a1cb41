package screen

import (
	"encoding/binary"
	"image/color"
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
