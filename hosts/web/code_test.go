package web

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// raster draws the squares of drawCode's SVG as a picture, each a number of pixels wide.
func raster(t testing.TB, svg []byte, scale int) []byte {
	t.Helper()
	side, err := strconv.Atoi(string(regexp.MustCompile(`viewBox="0 0 (\d+) `).FindSubmatch(svg)[1]))
	if err != nil {
		t.Fatal(err)
	}
	m := image.NewGray(image.Rect(0, 0, side*scale, side*scale))
	for i := range m.Pix {
		m.Pix[i] = 255
	}
	for _, at := range regexp.MustCompile(`M(\d+) (\d+)h1v1h-1z`).FindAllSubmatch(svg, -1) {
		x, _ := strconv.Atoi(string(at[1]))
		y, _ := strconv.Atoi(string(at[2]))
		for dy := range scale {
			for dx := range scale {
				m.SetGray(x*scale+dx, y*scale+dy, color.Gray{})
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestCodeIsRead(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"https://app.example/open?app=dg.example.shop&page=pages%2Fdetail%2Fdetail%3Fid%3D7", "斗拱，不用一钉", strings.Repeat("0123456789 ", 60),
	} {
		svg, err := drawCode(text)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := readCode(raster(t, svg, 4)); err != nil || got.Text != text || got.Format != "qr_code" {
			t.Errorf("got %+v, %v, want %q", got, err, text)
		}
	}
}

func TestNoCode(t *testing.T) {
	t.Parallel()
	var blank, huge bytes.Buffer
	if err := png.Encode(&blank, image.NewGray(image.Rect(0, 0, 40, 40))); err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(&huge, image.NewGray(image.Rect(0, 0, 25_000, 1_100))); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"no picture", []byte("hello"), "expected a PNG, JPEG or GIF picture"},
		{"no code", blank.Bytes(), "there is no QR code in the picture"},
		{"too large", huge.Bytes(), "expected a picture of at most 25165824 pixels, found 25000 x 1100"},
		{"cut off", blank.Bytes()[:blank.Len()-20], "the picture is damaged"},
	} {
		if _, err := readCode(c.data); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
	for _, text := range []string{"", strings.Repeat("x", maxCodeText+1)} {
		if _, err := drawCode(text); err == nil {
			t.Errorf("a text of %d bytes was drawn", len(text))
		}
	}
}

func FuzzReadCode(f *testing.F) {
	svg, err := drawCode("https://app.example/open?app=shop")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raster(f, svg, 2))
	f.Add([]byte("GIF89a"))
	f.Fuzz(func(_ *testing.T, data []byte) { _, _ = readCode(data) })
}

func TestLinks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ app, page, scene, want string }{
		{"", "x", "", "/"},
		{"shop", "", "", "/#/app/shop"},
		{"a b/ü", "/pages/a?x=1&y=2", "1007", "/#/app/a%20b%2F%C3%BC?path=pages%2Fa%3Fx%3D1%26y%3D2&scene=1007"},
		{strings.Repeat("x", 5000), "", "", "/"},
	} {
		if got := linkTo(c.app, c.page, c.scene); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

// A shared address needs no login, tells nothing, and goes on to the shell; it cannot be made to say what others wrote.
func TestOpenLink(t *testing.T) {
	h := startHost(t, nil)
	response, err := (&http.Client{Transport: h.client.Transport}).Get(h.base + `/open?app=%22%3E%3Cscript%3E&page=p`)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var body bytes.Buffer
	if _, err := body.ReadFrom(response.Body); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(body.String(), "<script") || !strings.Contains(body.String(), `url=/#/app/%22%3E%3Cscript%3E?path=p`) {
		t.Errorf("got %s", body.String())
	}
}
