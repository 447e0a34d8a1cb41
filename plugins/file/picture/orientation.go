package picture

import (
	"encoding/binary"
	"image"

	"golang.org/x/image/math/f64"
)

// Orientation is how an image has to be turned to be shown, as EXIF numbers it.
type Orientation int

// Up is an image that is shown as it is.
const Up Orientation = 1

var orientations = [...]string{"up", "up", "up-mirrored", "down", "down-mirrored", "left-mirrored", "right", "right-mirrored", "left"}

// String is WeChat's name of the orientation.
func (o Orientation) String() string {
	if o < 1 || int(o) >= len(orientations) {
		return "up"
	}
	return orientations[o]
}

// turned tells whether width and height change places.
func (o Orientation) turned() bool { return o >= 5 && o <= 8 }

// matrix takes a point of the image as it is stored to the image as it is shown, w by h large.
func (o Orientation) matrix(b image.Rectangle, w, h int) f64.Aff3 {
	sw, sh := float64(b.Dx()), float64(b.Dy())
	fw, fh := float64(w), float64(h)
	var m f64.Aff3
	switch o {
	case 2:
		m = f64.Aff3{-fw / sw, 0, fw, 0, fh / sh, 0}
	case 3:
		m = f64.Aff3{-fw / sw, 0, fw, 0, -fh / sh, fh}
	case 4:
		m = f64.Aff3{fw / sw, 0, 0, 0, -fh / sh, fh}
	case 5:
		m = f64.Aff3{0, fw / sh, 0, fh / sw, 0, 0}
	case 6:
		m = f64.Aff3{0, -fw / sh, fw, fh / sw, 0, 0}
	case 7:
		m = f64.Aff3{0, -fw / sh, fw, -fh / sw, 0, fh}
	case 8:
		m = f64.Aff3{0, fw / sh, 0, -fh / sw, 0, fh}
	default:
		m = f64.Aff3{fw / sw, 0, 0, 0, fh / sh, 0}
	}
	x, y := float64(b.Min.X), float64(b.Min.Y)
	m[2] -= m[0]*x + m[1]*y
	m[5] -= m[3]*x + m[4]*y
	return m
}

// Markers and tags of JPEG and EXIF.
const (
	markerAPP1     = 0xe1
	markerScan     = 0xda
	tagOrientation = 0x0112
	exifHeader     = "Exif\x00\x00"
	maxTags        = 512
)

// orientation finds the orientation in a JPEG's EXIF data; Up if there is none or it cannot be read.
func orientation(data []byte) Orientation {
	for i := 2; i+4 <= len(data) && data[i] == 0xff; {
		marker, size := data[i+1], int(binary.BigEndian.Uint16(data[i+2:]))
		if marker == markerScan || size < 2 || i+2+size > len(data) {
			break
		}
		segment := data[i+4 : i+2+size]
		if marker == markerAPP1 && len(segment) > len(exifHeader) && string(segment[:len(exifHeader)]) == exifHeader {
			return tiffOrientation(segment[len(exifHeader):])
		}
		i += 2 + size
	}
	return Up
}

func tiffOrientation(tiff []byte) Orientation {
	if len(tiff) < 8 {
		return Up
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return Up
	}
	count := min(int(order.Uint16(tiff[at:])), maxTags)
	at += 2
	for range count {
		if at+12 > uint64(len(tiff)) {
			return Up
		}
		if order.Uint16(tiff[at:]) == tagOrientation {
			if o := Orientation(order.Uint16(tiff[at+8:])); o >= 1 && o <= 8 {
				return o
			}
			return Up
		}
		at += 12
	}
	return Up
}
