package e2e

import (
	"fmt"
	"math"
	"testing"
)

// A window that is resized keeps the navigation bar beside the capsule: the frame of a phone, with its status bar, comes and
// goes. A phone that is held sideways has no room for it.
func TestResizedWindow(t *testing.T) {
	t.Parallel()
	d := startBuiltin(t)
	d.Wait(`$("[id^=to-]")`)
	for _, c := range []struct {
		name          string
		width, height int64
		framed        bool
	}{
		{"a monitor", 1280, 900, true},
		{"a phone", 390, 844, false},
		{"a phone held sideways", 844, 390, false},
		{"a monitor again", 1280, 900, true},
	} {
		d.Zoom(c.width, c.height, 1)
		want := fmt.Sprint(c.width)
		if c.framed {
			want = "390"
		}
		d.Equal(`innerWidth`, want)
		d.Equal(`getComputedStyle($(".navbar")).paddingTop`, map[bool]string{true: "28px", false: "0px"}[c.framed])
		d.Until("see the title beside the capsule on "+c.name, func() error {
			screen, capsule := d.RestingShell(`$(".screen")`), d.RestingShell(`$(".app.shown .capsule")`)
			title := d.rect(`$(".nav-title")`)
			middle, beside := title[1]+title[3]/2, capsule.Top-screen.Top+capsule.Height/2
			if math.Abs(middle-beside) > 1 {
				return fmt.Errorf("the title's middle is %v from the top, the capsule's %v", middle, beside)
			}
			return nil
		})
	}
}
