package window

import "testing"

func TestSizeOnAScreen(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name                      string
		width, height             int
		freeWidth, freeHeight     int
		wantedWidth, wantedHeight int
	}{
		{"fits", 400, 700, 1920, 1080, 400, 700},
		{"higher than the screen", 400, 2000, 1920, 1080, 400, 1040},
		{"wider and higher", 4000, 2000, 1920, 1080, 1880, 1040},
		{"a screen that tells no room", 400, 700, 0, 0, 400, 700},
		{"less room than a frame takes", 400, 700, 39, 40, 400, 700},
		{"negative room", 400, 700, -1, -1 << 31, 400, 700},
		{"one pixel beside the frame", 400, 700, 41, 41, 1, 1},
		{"no size", 0, 0, 1920, 1080, defaultWidth, defaultHeight},
		{"a negative size", -5, -1 << 31, 1920, 1080, defaultWidth, defaultHeight},
		{"no size, small screen", 0, 0, 320, 480, 280, 440},
	} {
		if w, h := sizeOn(c.width, c.height, c.freeWidth, c.freeHeight); w != c.wantedWidth || h != c.wantedHeight {
			t.Errorf("%s: %dx%d, want %dx%d", c.name, w, h, c.wantedWidth, c.wantedHeight)
		}
	}
}
