package config

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/pdk/go/strict"
)

var (
	// alphaForm is a colour that may be seen through: #rrggbbaa.
	alphaForm    = regexp.MustCompile(`^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})$`)
	languageForm = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
	entryForm    = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,39}$`)
	markForm     = regexp.MustCompile(`\{[^{}]*\}`)
)

// MaxPrivacyText bounds a privacy text, in bytes of each language.
const MaxPrivacyText = 64 << 10

func (v *validator) branding(at strict.Value, b Branding) {
	v.theme(at.Get("theme"), "branding.theme", b.Theme.Light())
	v.theme(at.Get("theme").Get("dark"), "branding.theme.dark", b.Theme.Dark)
	v.texts(at.Get("title"), "branding.title", b.Title)
	v.texts(at.Get("tagline"), "branding.tagline", b.Tagline)
	if b.FontFile != "" && b.Font == "" {
		v.fail(at.Get("font_file"), "branding.font_file", "nothing uses the font without its name; write font: the family that the file has")
	}
	if strings.ContainsAny(b.Font, ";{}<>\"\\") {
		v.fail(at.Get("font"), "branding.font", "expected the name of a font such as \"Noto Serif SC\", found %q", b.Font)
	}
}

func (v *validator) theme(at strict.Value, path string, p Palette) {
	for _, e := range []struct{ key, colour string }{{"primary", p.Primary}, {"background", p.Background}, {"surface", p.Surface}, {"text", p.Text}} {
		v.colour(at.Get(e.key), path+"."+e.key, e.colour, colourForm)
	}
}

func (v *validator) colour(at strict.Value, path, colour string, form *regexp.Regexp) {
	if colour != "" && !form.MatchString(colour) {
		v.fail(at, path, "expected a colour such as \"#07c160\" in quotes, found %q", colour)
	}
}

// texts checks the languages of a text.
func (v *validator) texts(at strict.Value, path string, text map[string]string) {
	for language := range text {
		v.language(at.Get(language), path, language)
	}
}

func (v *validator) language(at strict.Value, path, language string) {
	if !languageForm.MatchString(language) {
		v.fail(at, path, "expected a language such as \"en\" or \"zh-CN\", found %q", language)
	}
}

// number checks bounds.
func (v *validator) number(at strict.Value, path string, n, low, high float64) {
	if !(n >= low && n <= high) {
		v.fail(at, path, "expected a number from %s to %s, found %s", short(low), short(high), short(n))
	}
}

func (v *validator) time(at strict.Value, path string, d, most time.Duration) {
	if d < 0 || d > most {
		v.fail(at, path, "expected a time from 0s to %s, found %s", most, d)
	}
}

func short(n float64) string { return strconv.FormatFloat(n, 'g', -1, 64) }

func (v *validator) ui(at strict.Value, c *Config) {
	u := &c.UI
	v.languages(at, u)
	v.word(at.Get("mode"), "ui.mode", u.Mode, ModeAuto, ModeLight, ModeDark)
	v.word(at.Get("frame"), "ui.frame", u.Frame, FrameAuto, FramePhone, FrameFull)
	v.app(at.Get("start"), "ui.start", u.Start, c)
	v.launcher(at.Get("launcher"), c)
	v.screen(at.Get("opening"), "ui.opening", u.Opening)
	v.screen(at.Get("loading"), "ui.loading", u.Loading)
	v.screen(at.Get("failure"), "ui.failure", u.Failure)
	v.animation(at.Get("animation"), u.Animation)
	v.capsule(at.Get("capsule"), u.Capsule)
	v.menu(at.Get("menu"), c)
	v.navigation(at.Get("navigation"), u.Navigation)
	v.watermark(at.Get("watermark"), u.Watermark)
	v.privacy(at.Get("privacy"), u.Privacy)
	v.word(at.Get("float").Get("side"), "ui.float.side", u.Float.Side, PositionLeft, PositionRight)
	v.number(at.Get("float").Get("bottom"), "ui.float.bottom", float64(u.Float.Bottom), 0, 2000)
	v.clashes(at, c)
}

// app checks that a mini-program is one of the list. One whose id is its own is not known before it is built.
func (v *validator) app(at strict.Value, path, id string, c *Config) {
	if id == "" || c.MiniApp(id) != nil {
		return
	}
	var known []string
	for _, a := range c.MiniApps {
		if a.ID == "" {
			return
		}
		known = append(known, a.ID)
	}
	v.fail(at, path, "no mini-program with the id %q is listed under \"miniapps\"%s", id, strict.NearMiss(id, known))
}

func (v *validator) launcher(at strict.Value, c *Config) {
	l := c.UI.Launcher
	v.word(at.Get("layout"), "ui.launcher.layout", l.Layout, LayoutGrid, LayoutList)
	v.number(at.Get("columns"), "ui.launcher.columns", float64(l.Columns), 0, 12)
	v.number(at.Get("recent"), "ui.launcher.recent", float64(l.Recent), 0, 20)
	in := map[string]bool{}
	for i, g := range l.Groups {
		here, path := item(at.Get("groups").Items(), i), "ui.launcher.groups["+strconv.Itoa(i)+"]"
		if len(g.Title) == 0 {
			v.fail(here, path+".title", "a group needs a title: {en: …, zh: …}")
		}
		v.texts(here.Get("title"), path+".title", g.Title)
		for j, id := range g.Apps {
			entry := item(here.Get("apps").Items(), j)
			v.app(entry, path+".apps", id, c)
			if in[id] {
				v.fail(entry, path+".apps", "mini-program %q is in a group already", id)
			}
			in[id] = true
		}
	}
}

func (v *validator) screen(at strict.Value, path string, s Screen) {
	v.texts(at.Get("title"), path+".title", s.Title)
	v.texts(at.Get("text"), path+".text", s.Text)
	v.colour(at.Get("background"), path+".background", s.Background, colourForm)
	v.colour(at.Get("colour"), path+".colour", s.Colour, colourForm)
	v.colour(at.Get("dark").Get("background"), path+".dark.background", s.Dark.Background, colourForm)
	v.colour(at.Get("dark").Get("colour"), path+".dark.colour", s.Dark.Colour, colourForm)
	v.word(at.Get("indicator"), path+".indicator", s.Indicator, "", IndicatorBar, IndicatorSpinner, IndicatorNone)
	v.time(at.Get("duration"), path+".duration", s.Duration, 10*time.Second)
}

func (v *validator) animation(at strict.Value, a Animation) {
	v.word(at.Get("open"), "ui.animation.open", a.Open, AnimationSlide, AnimationZoom, AnimationFade, AnimationNone)
	v.word(at.Get("close"), "ui.animation.close", a.Close, AnimationSlide, AnimationZoom, AnimationFade, AnimationNone)
	v.time(at.Get("duration"), "ui.animation.duration", a.Duration, 2*time.Second)
}

func (v *validator) capsule(at strict.Value, c Capsule) {
	const path = "ui.capsule."
	v.word(at.Get("position"), path+"position", c.Position, PositionRight, PositionLeft)
	for _, n := range []struct {
		key            string
		n, least, most float64
	}{
		{"top", c.Top, 0, 200}, {"side", c.Side, 0, 200}, {"width", c.Width, 24, 240}, {"height", c.Height, 24, 96},
		{"radius", c.Radius, 0, 48}, {"border_width", c.BorderWidth, 0, 8}, {"icon_size", c.IconSize, 8, 64},
		{"more_size", c.MoreSize, 0, 64}, {"close_size", c.CloseSize, 0, 64}, {"home_size", c.HomeSize, 0, 64},
		{"more_margin", c.MoreMargin, 0, 200}, {"close_margin", c.CloseMargin, 0, 200}, {"home_margin", c.HomeMargin, 0, 200},
	} {
		v.number(at.Get(n.key), path+n.key, n.n, n.least, n.most)
	}
	for i, part := range c.Show {
		here := item(at.Get("show").Items(), i)
		v.word(here, path+"show", part, CapsuleMore, CapsuleClose, CapsuleHome)
		if slices.Contains(c.Show[:i], part) {
			v.fail(here, path+"show", "%q is listed twice", part)
		}
	}
	for _, k := range []struct {
		key string
		c   CapsuleColour
	}{{"light", c.Light}, {"dark", c.Dark}} {
		for _, e := range []struct{ key, colour string }{{"icon", k.c.Icon}, {"background", k.c.Background}, {"border", k.c.Border}, {"divider", k.c.Divider}} {
			v.colour(at.Get(k.key).Get(e.key), path+k.key+"."+e.key, e.colour, alphaForm)
		}
	}
}

func (v *validator) menu(at strict.Value, c *Config) {
	m := c.UI.Menu
	known := MenuEntries()
	for i, entry := range m.Items {
		here, path := item(at.Get("items").Items(), i), "ui.menu.items["+strconv.Itoa(i)+"]"
		switch {
		case !entryForm.MatchString(entry.ID):
			v.fail(here.Get("id"), path+".id", "expected an id of small letters, digits and dashes, found %q", entry.ID)
		case slices.Contains(known, entry.ID):
			v.fail(here.Get("id"), path+".id", "the menu has an entry %q already", entry.ID)
		}
		known = append(known, entry.ID)
		v.menuItem(here, path, entry, c)
	}
	for _, l := range []struct {
		key  string
		list []string
	}{{"order", m.Order}, {"hide", m.Hide}} {
		for i, name := range l.list {
			v.word(item(at.Get(l.key).Items(), i), "ui.menu."+l.key, name, known...)
		}
	}
	v.address(at.Get("feedback"), "ui.menu.feedback", m.Feedback)
}

func (v *validator) menuItem(at strict.Value, path string, m MenuItem, c *Config) {
	if len(m.Title) == 0 {
		v.fail(at, path+".title", "a menu entry needs a title: {en: …, zh: …}")
	}
	v.texts(at.Get("title"), path+".title", m.Title)
	acts := 0
	for _, what := range []string{m.URL, m.App, m.Event} {
		if what != "" {
			acts++
		}
	}
	if acts != 1 {
		v.fail(at, path, "a menu entry does one thing: write one of url, app and event, found %d", acts)
	}
	if m.Page != "" && m.App == "" {
		v.fail(at.Get("page"), path+".page", "a page belongs to a mini-program; name it with app")
	}
	v.app(at.Get("app"), path+".app", m.App, c)
	for i, id := range m.Only {
		v.app(item(at.Get("only").Items(), i), path+".only", id, c)
	}
	v.address(at.Get("url"), path+".url", m.URL)
}

// address checks an address that is opened in a browser.
func (v *validator) address(at strict.Value, path, address string) {
	if address == "" {
		return
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" && u.Scheme != "mailto" || u.Scheme != "mailto" && u.Host == "" {
		v.fail(at, path, "expected an address such as \"https://help.example.com\", found %q", address)
	}
}

func (v *validator) navigation(at strict.Value, n Navigation) {
	v.number(at.Get("height"), "ui.navigation.height", float64(n.Height), 32, 96)
	v.word(at.Get("title_align"), "ui.navigation.title_align", n.TitleAlign, AlignCentre, AlignStart)
	v.number(at.Get("title_size"), "ui.navigation.title_size", float64(n.TitleSize), 10, 32)
	v.number(at.Get("title_weight"), "ui.navigation.title_weight", float64(n.TitleWeight), 100, 900)
	for _, k := range []struct {
		key string
		c   NavigationColour
	}{{"light", n.Light}, {"dark", n.Dark}} {
		for _, e := range []struct{ key, colour string }{{"title", k.c.Title}, {"icon", k.c.Icon}, {"button", k.c.Button}, {"border", k.c.Border}} {
			v.colour(at.Get(k.key).Get(e.key), "ui.navigation."+k.key+"."+e.key, e.colour, alphaForm)
		}
	}
}

func (v *validator) watermark(at strict.Value, w Watermark) {
	known := []string{"{user}", "{app}", "{name}", "{date}", "{time}"}
	for _, mark := range markForm.FindAllString(w.Text, -1) {
		v.word(at.Get("text"), "ui.watermark.text", mark, known...)
	}
	v.colour(at.Get("colour"), "ui.watermark.colour", w.Colour, colourForm)
	v.colour(at.Get("dark"), "ui.watermark.dark", w.Dark, colourForm)
	v.number(at.Get("opacity"), "ui.watermark.opacity", w.Opacity, 0.02, 0.6)
	v.number(at.Get("size"), "ui.watermark.size", float64(w.Size), 8, 48)
	v.number(at.Get("angle"), "ui.watermark.angle", float64(w.Angle), -90, 90)
	v.number(at.Get("gap"), "ui.watermark.gap", float64(w.Gap), 20, 600)
}

func (v *validator) privacy(at strict.Value, p Privacy) {
	v.number(at.Get("version"), "ui.privacy.version", float64(p.Version), 0, 1e9)
	for _, t := range []struct {
		key  string
		text map[string]string
	}{{"title", p.Title}, {"text", p.Text}, {"agree", p.Agree}, {"refuse", p.Refuse}} {
		v.texts(at.Get(t.key), "ui.privacy."+t.key, t.text)
	}
	for language, text := range p.Text {
		if len(text) > MaxPrivacyText {
			v.fail(at.Get("text").Get(language), "ui.privacy.text", "expected at most %d bytes, found %d; put the whole policy behind url", MaxPrivacyText, len(text))
		}
	}
	if p.Version > 0 && len(p.Text) == 0 {
		v.fail(at, "ui.privacy.text", "what is to be agreed to has to be said: text: {en: …, zh: …}")
	}
	v.address(at.Get("url"), "ui.privacy.url", p.URL)
}
