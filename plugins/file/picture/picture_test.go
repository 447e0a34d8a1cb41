package picture_test

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/plugins/file/picture"
)

// corner is a picture of 40 by 20 points that is black but for its left upper quarter, which is white.
func corner() *image.Paletted {
	img := image.NewPaletted(image.Rect(0, 0, 40, 20), color.Palette{color.Black, color.White})
	for x := range 20 {
		for y := range 10 {
			img.SetColorIndex(x, y, 1)
		}
	}
	return img
}

func encode(t testing.TB, kind string) []byte {
	t.Helper()
	var b bytes.Buffer
	var err error
	switch kind {
	case "jpeg":
		err = jpeg.Encode(&b, corner(), nil)
	case "png":
		err = png.Encode(&b, corner())
	case "gif":
		err = gif.Encode(&b, corner(), nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// turn puts an EXIF orientation into a JPEG.
func turn(t testing.TB, n uint16, order binary.AppendByteOrder) []byte {
	t.Helper()
	tiff := []byte("MM\x00*")
	if order == binary.AppendByteOrder(binary.LittleEndian) {
		tiff = []byte("II*\x00")
	}
	tiff = order.AppendUint32(tiff, 8)
	tiff = order.AppendUint16(tiff, 1)
	tiff = order.AppendUint16(tiff, 0x0112)
	tiff = order.AppendUint16(tiff, 3)
	tiff = order.AppendUint32(tiff, 1)
	tiff = order.AppendUint16(tiff, n)
	tiff = append(tiff, 0, 0, 0, 0, 0, 0)
	segment := append([]byte("Exif\x00\x00"), tiff...)
	plain := encode(t, "jpeg")
	out := append([]byte{}, plain[:2]...)
	out = append(out, 0xff, 0xe1)
	out = binary.BigEndian.AppendUint16(out, uint16(len(segment)+2)) //nolint:gosec // short
	return append(append(out, segment...), plain[2:]...)
}

func TestRead(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"jpeg", "png", "gif"} {
		info, err := picture.Read(encode(t, kind))
		if want := (picture.Info{Width: 40, Height: 20, Type: kind, Orientation: picture.Up}); err != nil || info != want {
			t.Errorf("%s: %+v, %v; want %+v", kind, info, err, want)
		}
	}
	webp := []byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x27\xc0\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00")
	if info, err := picture.Read(webp); err != nil || info.Type != "webp" || info.Width != 40 || info.Height != 20 {
		t.Errorf("webp: %+v, %v", info, err)
	}
	for _, garbage := range []string{"", "GIF89a", "\xff\xd8\xff", "\x89PNG\r\n\x1a\n", "no image", "RIFF\x00\x00\x00\x00WEBP"} {
		if info, err := picture.Read([]byte(garbage)); err == nil {
			t.Errorf("%q is %+v", garbage, info)
		}
	}
}

// Each orientation is named as WeChat does, and compressing makes the picture upright.
func TestOrientations(t *testing.T) {
	t.Parallel()
	// Where the white quarter is once the picture is upright: x and y of its middle, in quarters of the picture.
	where := [][2]int{{1, 1}, {3, 1}, {3, 3}, {1, 3}, {1, 1}, {3, 1}, {3, 3}, {1, 3}}
	names := strings.Fields("up up-mirrored down down-mirrored left-mirrored right right-mirrored left")
	for i, name := range names {
		for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
			data := turn(t, uint16(i+1), order) //nolint:gosec // at most 8
			info, err := picture.Read(data)
			if err != nil || info.Orientation.String() != name || (info.Width == 20) != (i >= 4) {
				t.Errorf("%s: %+v, %v", name, info, err)
			}
			small, err := picture.Compress(data, 90, 0, 0)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			img, _, err := image.Decode(bytes.NewReader(small))
			if err != nil || img.Bounds().Dx() != info.Width || img.Bounds().Dy() != info.Height {
				t.Fatalf("%s: %v, %v", name, img.Bounds(), err)
			}
			for _, q := range [][2]int{{1, 1}, {3, 1}, {3, 3}, {1, 3}} {
				r, _, _, _ := img.At(info.Width*q[0]/4, info.Height*q[1]/4).RGBA()
				if white := r > 0x8000; white != (q == where[i]) {
					t.Errorf("%s: the quarter at %v is white: %v, want it at %v", name, q, white, where[i])
				}
			}
		}
	}
}

func TestCompress(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ width, height, w, h int }{
		"as large":          {0, 0, 40, 20},
		"to a width":        {10, 0, 10, 5},
		"to a height":       {0, 10, 20, 10},
		"to both":           {10, 10, 10, 10},
		"never larger":      {100, 0, 40, 20},
		"to a single point": {1, 0, 1, 1},
	} {
		small, err := picture.Compress(encode(t, "png"), 80, c.width, c.height)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if info, err := picture.Read(small); err != nil || info.Width != c.w || info.Height != c.h || info.Type != "jpeg" {
			t.Errorf("%s: %+v, %v; want %d by %d", name, info, err, c.w, c.h)
		}
	}
	low, err1 := picture.Compress(turn(t, 1, binary.BigEndian), 0, 0, 0)
	high, err2 := picture.Compress(turn(t, 1, binary.BigEndian), 100, 0, 0)
	if err1 != nil || err2 != nil || len(low) >= len(high) {
		t.Errorf("quality 0 gives %d bytes, 100 gives %d; %v, %v", len(low), len(high), err1, err2)
	}
}

// A picture that says it is huge is refused before it is unpacked.
func TestCompressRefusesHugePictures(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		t.Fatal(err)
	}
	data := b.Bytes()
	binary.BigEndian.PutUint32(data[16:], 60000)
	binary.BigEndian.PutUint32(data[20:], 60000)
	// The checksum of the header no longer fits; put the right one there.
	binary.BigEndian.PutUint32(data[29:], crc(data[12:29]))
	if _, err := picture.Compress(data, 80, 0, 0); err == nil || !strings.Contains(err.Error(), "60000 by 60000 points are more") {
		t.Errorf("a huge picture: %v", err)
	}
}

func crc(b []byte) uint32 {
	c := uint32(math.MaxUint32)
	for _, x := range b {
		c ^= uint32(x)
		for range 8 {
			c = c>>1 ^ (c&1)*0xedb88320
		}
	}
	return ^c
}

// boxed makes a box of an MP4 file.
func boxed(kind string, content ...[]byte) []byte {
	body := bytes.Join(content, nil)
	out := binary.BigEndian.AppendUint32(nil, uint32(len(body)+8)) //nolint:gosec // short
	return append(append(out, kind...), body...)
}

func words(n ...uint32) []byte {
	var out []byte
	for _, x := range n {
		out = binary.BigEndian.AppendUint32(out, x)
	}
	return out
}

// movie is an MP4 file of 2.5 seconds, 25 pictures a second, stored as 320 by 240 and turned to the right.
func movie() []byte {
	tkhd := words(0, 0, 0, 1, 0, 2500, 0, 0, 0, 0, 0, 0x10000, 0, 0xffff0000, 0, 0, 0, 0, 0x40000000, 320<<16, 240<<16)
	sound := boxed("trak", boxed("mdia", boxed("hdlr", words(0, 0), []byte("soun"), words(0))))
	video := boxed("trak", boxed("tkhd", tkhd), boxed("mdia",
		boxed("mdhd", words(0, 0, 0, 1000, 2500, 0)), boxed("hdlr", words(0, 0), []byte("vide"), words(0)),
		boxed("minf", boxed("stbl", boxed("stts", words(0, 2, 30, 40, 32, 41))))))
	return append(boxed("ftyp", []byte("isom")), boxed("moov", boxed("mvhd", words(0, 0, 0, 1000, 2500, 0)), sound, video)...)
}

func TestReadVideo(t *testing.T) {
	t.Parallel()
	data := movie()
	v, err := picture.ReadVideo(bytes.NewReader(data), int64(len(data)))
	if err != nil || v.Width != 320 || v.Height != 240 || v.Seconds != 2.5 || math.Abs(v.FPS-24.8) > 0.01 || v.Orientation.String() != "right" {
		t.Errorf("video %+v, %v", v, err)
	}
	for name, bad := range map[string][]byte{
		"nothing": nil, "text": []byte("this is no video at all"), "no movie": boxed("ftyp", []byte("isom")),
		"a box too large": append(words(1000), "moov"...), "a box too small": append(words(3), "moovxxxx"...),
		"a cut header": boxed("moov", boxed("mvhd", words(0))),
		"too deep":     deep(12),
	} {
		if v, err := picture.ReadVideo(bytes.NewReader(bad), int64(len(bad))); err == nil {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

func deep(n int) []byte {
	if n == 0 {
		return boxed("free", []byte("xxxx"))
	}
	return boxed("moov", boxed("trak", deep(n-1)))
}

// film is a WebM file as a browser records it: sizes left open, and nothing of how long it is, unless more says it.
func film(more ...byte) []byte {
	element := func(id string, content ...byte) []byte {
		return append(append([]byte(id), 0x80|byte(len(content))), content...)
	}
	open := func(id string, parts ...[]byte) []byte {
		return append(append([]byte(id), 1, 255, 255, 255, 255, 255, 255, 255), bytes.Join(parts, nil)...)
	}
	sound := element("\xae", element("\xd7", 2)...)
	pictures := element("\xae", slices.Concat(element("\xd7", 1), element("\xe0", slices.Concat(element("\xb0", 1, 0x40), element("\xba", 240))...))...)
	info := element("\x15\x49\xa9\x66", slices.Concat(element("\x2a\xd7\xb1", 0x0f, 0x42, 0x40), more)...)
	return slices.Concat(element("\x1a\x45\xdf\xa3"), open("\x18\x53\x80\x67", info, element("\x16\x54\xae\x6b", append(sound, pictures...)...),
		open("\x1f\x43\xb6\x75", element("\xe7", 0), element("\xa3", 0x81, 0, 0, 0), element("\xa3", 0x82, 0, 10, 0)),
		open("\x1f\x43\xb6\x75", element("\xe7", 0x03, 0xe8), element("\xa0", element("\xa1", 0x81, 0xff, 0x9c, 0)...), element("\xa3", 0x81, 0x01, 0xf4, 0))))
}

func TestReadWebM(t *testing.T) {
	t.Parallel()
	recorded, err := os.ReadFile("../../../hosts/headless/compat/project/assets/film.webm")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		data []byte
		want picture.Video
	}{
		"left open":               {film(), picture.Video{Width: 320, Height: 240, Seconds: 1.5, FPS: 2, Orientation: picture.Up}},
		"says how long":           {film(0x44, 0x89, 0x84, 0x45, 0x1c, 0x40, 0), picture.Video{Width: 320, Height: 240, Seconds: 2.5, FPS: 1.2, Orientation: picture.Up}},
		"of a browser's recorder": {recorded, picture.Video{Width: 96, Height: 64, Seconds: 0.924, FPS: 23 / 0.924, Orientation: picture.Up}},
	} {
		v, err := picture.ReadVideo(bytes.NewReader(c.data), int64(len(c.data)))
		if err != nil || v.Width != c.want.Width || v.Height != c.want.Height || math.Abs(v.Seconds-c.want.Seconds) > 1e-6 || math.Abs(v.FPS-c.want.FPS) > 1e-6 {
			t.Errorf("%s: video %+v, %v, want %+v", name, v, err, c.want)
		}
	}
	whole := film()
	for name, bad := range map[string][]byte{
		"a header alone": whole[:5], "cut in a cluster": whole[:len(whole)-2], "no tracks": whole[:5+12],
		"an id of zeros": append(slices.Clone(whole), 0), "a size that is open where it cannot be": append(slices.Clone(whole), 0xec, 0xff),
		"a wide number": append(slices.Clone(whole), append([]byte{0xe7, 0x89}, make([]byte, 9)...)...), "an empty block": append(slices.Clone(whole), 0xa3, 0x81, 0x81),
	} {
		if v, err := picture.ReadVideo(bytes.NewReader(bad), int64(len(bad))); err == nil {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(film())
	f.Add(turn(f, 6, binary.LittleEndian))
	f.Add(encode(f, "png"))
	f.Add(movie())
	f.Fuzz(func(_ *testing.T, data []byte) {
		info, err := picture.Read(data)
		if err == nil && info.Width*info.Height < 1<<16 {
			_, _ = picture.Compress(data, 50, 16, 0)
		}
		_, _ = picture.ReadVideo(bytes.NewReader(data), int64(len(data)))
	})
}
