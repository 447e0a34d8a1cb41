package e2e

import (
	"bytes"
	"flag"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/image/draw"
)

// pictures has the tests write the documentation's pictures anew.
var pictures = flag.Bool("pictures", false, "write docs/images")

// The phone on a screenshot of 1000 x 920 points at twice the density, and how wide it is in the documentation.
var phone = image.Rect(570, 35, 1430, 1805)

const pictureWidth = 412

// picture writes docs/images/name.png: the phones of screenshots side by side.
func picture(t *testing.T, name string, screenshots ...string) {
	t.Helper()
	height := pictureWidth * phone.Dy() / phone.Dx()
	join(t, name, image.Pt(pictureWidth, height), func(image.Image) image.Rectangle { return phone }, screenshots)
}

// wide writes docs/images/name.png: whole screenshots side by side.
func wide(t *testing.T, name string, screenshots ...string) {
	t.Helper()
	join(t, name, image.Pt(824, 515), image.Image.Bounds, screenshots)
}

// join writes docs/images/name.png: a part of each screenshot, brought to a size, side by side.
func join(t *testing.T, name string, size image.Point, part func(image.Image) image.Rectangle, screenshots []string) {
	t.Helper()
	if !*pictures {
		return
	}
	out := image.NewRGBA(image.Rect(0, 0, size.X*len(screenshots), size.Y))
	for i, shot := range screenshots {
		data, err := os.ReadFile(filepath.Join("../../../test-artifacts", shot+".png"))
		if err != nil {
			t.Fatal(err)
		}
		m, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		draw.CatmullRom.Scale(out, image.Rect(i*size.X, 0, (i+1)*size.X, size.Y), m, part(m), draw.Src, nil)
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, out); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("../../../docs/images", name+".png"), b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
