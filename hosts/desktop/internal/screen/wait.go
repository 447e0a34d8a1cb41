package screen

import (
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"time"
)

// Wait waits until something is so. X tells nobody what a screen shows, so it looks again and again.
func (s *Screen) Wait(what string, so func() bool) {
	s.t.Helper()
	s.wait(what, 20*time.Millisecond, so)
}

func (s *Screen) wait(what string, pause time.Duration, so func() bool) {
	s.t.Helper()
	begin := time.Now()
	for !so() {
		select {
		case who := <-s.ended:
			s.fail(fmt.Sprintf("%s while it was waited for %s", who, what))
		case <-time.After(pause):
		}
		if time.Since(begin) > s.Limit {
			s.fail(fmt.Sprintf("waited %v for %s", s.Limit, what))
		}
	}
}

// WaitColor waits until at least share of an area has nearly a colour.
func (s *Screen) WaitColor(what string, area image.Rectangle, c color.RGBA, share float64) {
	s.t.Helper()
	s.Wait(what, func() bool { return Share(s.Look(), area, c) >= share })
}

// Pixels reads single pixels, much faster than Look.
type Pixels struct {
	file        *os.File
	start, line int64
	row         []byte
}

// Any tells whether some of a grid of pixels in an area, ten apart, nearly has a colour.
func (p *Pixels) Any(area image.Rectangle, c color.RGBA) bool {
	for y := area.Min.Y + 5; y < area.Max.Y; y += 10 {
		if _, err := p.file.ReadAt(p.row, p.start+int64(y)*p.line); err != nil {
			return false
		}
		for x := area.Min.X + 5; x < area.Max.X; x += 10 {
			if Near(color.RGBA{p.row[4*x+2], p.row[4*x+1], p.row[4*x], 255}, c) {
				return true
			}
		}
	}
	return false
}

// WaitPixel waits until something is so, looking again within two milliseconds.
func (s *Screen) WaitPixel(what string, so func(*Pixels) bool) {
	s.t.Helper()
	file, err := os.Open(filepath.Join(s.dir, "Xvfb_screen0"))
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	header := make([]byte, 100)
	if _, err := file.ReadAt(header, 0); err != nil {
		s.t.Fatal(err)
	}
	field := func(n int) int64 { return int64(binary.BigEndian.Uint32(header[4*n:])) }
	p := &Pixels{file: file, start: field(xwdHeaderSize) + field(xwdColors)*xwdColorSize, line: field(xwdLine)}
	p.row = make([]byte, p.line)
	s.wait(what, 2*time.Millisecond, func() bool { return so(p) })
}
