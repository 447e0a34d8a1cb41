package web

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"image"
	_ "image/gif"  // what a user may upload
	_ "image/jpeg" // what a user may upload
	_ "image/png"  // what a user may upload
	"io"
	"net/http"
	"strings"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"github.com/makiuchi-d/gozxing/qrcode/decoder"
	"github.com/makiuchi-d/gozxing/qrcode/encoder"
)

// Bounds of a picture that a code is looked for in, and of a code's text.
const (
	maxScanBytes  = 8 << 20
	maxScanPixels = 24 << 20
	maxCodeText   = 1200
	quietZone     = 4
)

// Found is what a code in a picture says.
type Found struct {
	Text   string `json:"text"`
	Format string `json:"format"`
}

// qr draws the address of a mini-program's page as a QR code: SVG, one path.
func (s *Server) qr(w http.ResponseWriter, r *http.Request, _ *login) {
	text := r.URL.Query().Get("text")
	svg, err := drawCode(text)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	servePicture(w, svg)
}

// drawCode draws a text as a QR code of medium error correction.
func drawCode(text string) ([]byte, error) {
	if text == "" || len(text) > maxCodeText {
		return nil, fmt.Errorf("a code's text: expected 1 to %d bytes, found %d", maxCodeText, len(text))
	}
	hints := map[gozxing.EncodeHintType]any{gozxing.EncodeHintType_CHARACTER_SET: "UTF-8"}
	code, err := encoder.Encoder_encode(text, decoder.ErrorCorrectionLevel_M, hints)
	if err != nil {
		return nil, fmt.Errorf("draw a code: %w", err)
	}
	m := code.GetMatrix()
	side := m.GetWidth() + 2*quietZone
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges" role="img" aria-label="%s"><path fill="#fff" d="M0 0h%dv%dH0z"/><path fill="#000" d="`,
		side, side, html.EscapeString(text), side, side)
	for y := range m.GetHeight() {
		for x := range m.GetWidth() {
			if m.Get(x, y) == 1 {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", x+quietZone, y+quietZone)
			}
		}
	}
	b.WriteString(`"/></svg>`)
	return []byte(b.String()), nil
}

// scan reads the code in a picture, for browsers that cannot.
func (s *Server) scan(w http.ResponseWriter, r *http.Request, _ *login) {
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxScanBytes))
	if err != nil {
		http.Error(w, fmt.Sprintf("a picture of at most %d MB is expected: %v", maxScanBytes>>20, err), http.StatusRequestEntityTooLarge)
		return
	}
	found, err := readCode(data)
	if err != nil {
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		return
	}
	writeJSON(w, found)
}

// readCode finds the QR code in a picture from outside. The library reads what anybody drew: where it gives up by a panic,
// that is an error.
func readCode(data []byte) (found Found, err error) {
	defer func() {
		if r := recover(); r != nil {
			found, err = Found{}, fmt.Errorf("read a code: %v", r)
		}
	}()
	size, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return Found{}, fmt.Errorf("expected a PNG, JPEG or GIF picture: %w", err)
	}
	if size.Width <= 0 || size.Height <= 0 || size.Width > maxScanPixels/size.Height {
		return Found{}, fmt.Errorf("expected a picture of at most %d pixels, found %d x %d", maxScanPixels, size.Width, size.Height)
	}
	picture, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return Found{}, fmt.Errorf("the picture is damaged: %w", err)
	}
	bits, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		return Found{}, fmt.Errorf("read a code: %w", err)
	}
	for _, hints := range []map[gozxing.DecodeHintType]any{nil, {gozxing.DecodeHintType_TRY_HARDER: true}, {gozxing.DecodeHintType_PURE_BARCODE: true}} {
		if result, err := qrcode.NewQRCodeReader().Decode(bits, hints); err == nil {
			return Found{Text: result.GetText(), Format: "qr_code"}, nil
		}
	}
	return Found{}, errors.New("there is no QR code in the picture")
}
