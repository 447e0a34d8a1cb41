package config

import (
	"slices"

	"github.com/dougong-dev/dougong/pdk/go/strict"
)

// clashes finds values of the look that are good by themselves and cannot be had together.
func (v *validator) clashes(at strict.Value, c *Config) {
	u := &c.UI
	for i, l := range u.Languages {
		if slices.Contains(u.Languages[:i], l) {
			v.fail(item(at.Get("languages").Items(), i), "ui.languages", "%q is listed twice", l)
		}
	}
	v.crowded(at.Get("capsule"), u.Capsule)
	v.pointless(at.Get("menu"), u)
	if p := u.Privacy; p.Version == 0 && len(p.Text) > 0 {
		v.fail(at.Get("privacy"), "ui.privacy.version", "the text is never shown, since nothing is asked at version 0; write version: 1, or take the text away")
	}
	if u.Opening.Show && u.Opening.Duration == 0 {
		v.fail(at.Get("opening").Get("duration"), "ui.opening.duration", "a screen that is shown for 0s is not seen; write a duration, or show: false")
	}
}

// crowded checks that the icons of a capsule have room in it.
func (v *validator) crowded(at strict.Value, c Capsule) {
	wide := 0.0
	for _, p := range []struct {
		name         string
		size, margin float64
	}{{CapsuleMore, c.MoreSize, c.MoreMargin}, {CapsuleClose, c.CloseSize, c.CloseMargin}, {CapsuleHome, c.HomeSize, c.HomeMargin}} {
		if !slices.Contains(c.Show, p.name) {
			continue
		}
		key, size := p.name+"_size", p.size
		if size == 0 {
			key, size = "icon_size", c.IconSize
		}
		if size > c.Height {
			v.fail(at.Get(key), "ui.capsule."+key, "an icon of %s does not fit into a capsule that is %s high; make it smaller, or height larger", short(size), short(c.Height))
			return
		}
		wide += size + p.margin
	}
	if wide > c.Width {
		v.fail(at.Get("width"), "ui.capsule.width", "the icons and their margins need %s, the capsule is %s wide; make width larger, or the icons smaller", short(wide), short(c.Width))
	}
}

// pointless finds entries of the menu that are asked for and cannot be there.
func (v *validator) pointless(at strict.Value, u *UI) {
	m := u.Menu
	for i, name := range m.Order {
		here := item(at.Get("order").Items(), i)
		switch {
		case slices.Contains(m.Hide, name):
			v.fail(here, "ui.menu.order", "%q is in order and in hide; take it out of one of them", name)
		case slices.Contains(m.Order[:i], name):
			v.fail(here, "ui.menu.order", "%q is listed twice", name)
		case name == "feedback" && m.Feedback == "":
			v.fail(here, "ui.menu.order", "there is no \"feedback\" without an address; write menu.feedback: \"https://…\"")
		case name == "float" && !u.Float.Show:
			v.fail(here, "ui.menu.order", "there is no \"float\" where ui.float.show is false")
		case name == "favourite" && !u.Launcher.Favourites:
			v.fail(here, "ui.menu.order", "there is no \"favourite\" where ui.launcher.favourites is false")
		}
	}
}
