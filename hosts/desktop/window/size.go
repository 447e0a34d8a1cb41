package window

// The size of a window that the host gave none, or none that a window can have.
const (
	defaultWidth  = 420
	defaultHeight = 800
)

// frame is what a window manager's frame and title may take of a side.
const frame = 40

// sizeOn is a window's size on a screen with some free room: what is larger could not be reached at its lower edge. A screen that says
// nothing of its room, or less than a frame takes, bounds nothing.
func sizeOn(width, height, freeWidth, freeHeight int) (int, int) {
	return side(width, defaultWidth, freeWidth), side(height, defaultHeight, freeHeight)
}

func side(wanted, otherwise, free int) int {
	if wanted <= 0 {
		wanted = otherwise
	}
	if room := free - frame; room > 0 {
		return min(wanted, room)
	}
	return wanted
}
