// Package picture reads what images and videos say about themselves, and makes images smaller. All it is given comes from
// outside: sizes are looked at before anything is unpacked. It must not know the plugin kit nor where files are kept.
package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/gif" // a format that Decode knows
	"image/jpeg"
	_ "image/png" // a format that Decode knows

	_ "golang.org/x/image/bmp" // a format that Decode knows
	"golang.org/x/image/draw"
	_ "golang.org/x/image/tiff" // a format that Decode knows
	_ "golang.org/x/image/webp" // a format that Decode knows
)

// MaxPixels is how many points an image may have that is unpacked.
const MaxPixels = 40 << 20

// Info is what an image says about itself. Width and Height are as it is shown, after its orientation.
type Info struct {
	Width, Height int
	Type          string // "jpeg", "png", "gif", "webp", "bmp", "tiff"
	Orientation   Orientation
}

// Read reads an image's header.
func Read(data []byte) (Info, error) {
	c, kind, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return Info{}, fmt.Errorf("read image: %w", err)
	}
	if c.Width < 1 || c.Height < 1 {
		return Info{}, errors.New("read image: it has no points")
	}
	info := Info{Width: c.Width, Height: c.Height, Type: kind, Orientation: Up}
	if kind == "jpeg" {
		info.Orientation = orientation(data)
	}
	if info.Orientation.turned() {
		info.Width, info.Height = info.Height, info.Width
	}
	return info, nil
}

// Compress makes a JPEG of an image, upright, at most width by height large if those are not 0. quality is 1 to 100.
func Compress(data []byte, quality, width, height int) ([]byte, error) {
	info, err := Read(data)
	if err != nil {
		return nil, err
	}
	if int64(info.Width)*int64(info.Height) > MaxPixels {
		return nil, fmt.Errorf("compress image: %d by %d points are more than the %d that are unpacked", info.Width, info.Height, MaxPixels)
	}
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("read image: %w", err)
	}
	w, h := fit(info.Width, info.Height, width, height)
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(to, to.Bounds(), image.White, image.Point{}, draw.Src) // a JPEG has no transparency
	draw.ApproxBiLinear.Transform(to, info.Orientation.matrix(img.Bounds(), w, h), img, img.Bounds(), draw.Over, nil)
	var out bytes.Buffer
	err = jpeg.Encode(&out, to, &jpeg.Options{Quality: min(max(quality, 1), 100)})
	return out.Bytes(), err
}

// fit is the size of an image that is scaled down to a width, a height, or within both; one that is 0 follows.
func fit(w, h, width, height int) (int, int) {
	switch {
	case width == 0 && height == 0:
		return w, h
	case height == 0:
		height = max(1, h*width/w)
	case width == 0:
		width = max(1, w*height/h)
	}
	return min(width, w), min(height, h)
}
