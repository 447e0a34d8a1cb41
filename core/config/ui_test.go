package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestUIMistakes(t *testing.T) {
	t.Parallel()
	const app = "miniapps: [{id: shop, path: x}]\n"
	for _, c := range []struct{ name, in, want string }{
		{"unknown key", "ui:\n  capsul: {}", `s.yaml:2:3: ui: unknown key "capsul"; did you mean "capsule"?`},
		{"nested key", "ui: {capsule: {with: 90}}", `s.yaml:1:16: ui.capsule: unknown key "with"; did you mean "width"?`},
		{"word", "ui: {mode: drak}", `s.yaml:1:12: ui.mode: expected one of auto, light, dark, found "drak"; did you mean "dark"?`},
		{"number", "ui: {capsule: {width: 900}}", `s.yaml:1:23: ui.capsule.width: expected a number from 24 to 240, found 900`},
		{"not a number", "ui: {capsule: {width: wide}}", `expected a number`},
		{"infinite", "ui: {capsule: {top: .nan}}", `ui.capsule.top: expected a number from 0 to 200`},
		{"part", "ui: {capsule: {show: [more, clsoe]}}", `s.yaml:1:29: ui.capsule.show[1]: expected one of more, close, home, found "clsoe"; did you mean "close"?`},
		{"part twice", "ui: {capsule: {show: [more, more]}}", `"more" is listed twice`},
		{"capsule colour", "ui: {capsule: {dark: {icon: red}}}", `s.yaml:1:29: ui.capsule.dark.icon: expected a colour`},
		{"dark colour", "branding: {theme: {dark: {text: black}}}", `s.yaml:1:33: branding.theme.dark.text: expected a colour`},
		{"font", "branding: {font: 'x; color: red'}", `branding.font: expected the name of a font`},
		{"language of a text", "branding: {tagline: {English: x}}", `expected a language such as "en" or "zh-CN", found "English"`},
		{"language", "ui: {languages: [zh-CN, de]}", `s.yaml:1:25: ui.languages[1]: expected one of zh-CN, en, ar, he, found "de"; another language needs its texts in ui.texts.de`},
		{"language that has texts", "ui: {languages: [en, frr], texts: {fr: {exit: Quitter}}}", `expected one of zh-CN, en, ar, he, fr, found "frr"; did you mean "fr"?`},
		{"texts that nobody sees", "ui: {languages: [en], texts: {fr: {exit: Quitter}}}", `s.yaml:1:35: ui.texts.fr: nobody can choose this language; add "fr" to ui.languages`},
		{"texts' language", "ui: {texts: {French: {exit: Quitter}}}", `expected a language such as "en" or "zh-CN", found "French"`},
		{"text's key", "ui: {texts: {fr: {exti: Quitter}}}", `s.yaml:1:25: ui.texts.fr.exti: the shell has no text "exti"; did you mean "exit"?`},
		{"text that is none", "ui: {texts: {fr: {exit: ' '}}}", `ui.texts.fr.exit: expected a text for "Quit", found none`},
		{"text's gap", "ui: {texts: {fr: {none: Rien}}}", `s.yaml:1:25: ui.texts.fr.none: expected 1 times {} as in "Nothing found for`},
		{"text's length", "ui: {texts: {fr: {exit: " + strings.Repeat("x", MaxShellText+1) + "}}}", `ui.texts.fr.exit: expected 400 bytes at most, found 401`},
		{"start", app + "ui: {start: shp}", `s.yaml:2:13: ui.start: no mini-program with the id "shp" is listed under "miniapps"; did you mean "shop"?`},
		{"group", app + "ui: {launcher: {groups: [{title: {en: a}, apps: [shop, shop]}]}}", `mini-program "shop" is in a group already`},
		{"group's title", app + "ui: {launcher: {groups: [{apps: [shop]}]}}", `a group needs a title`},
		{"animation", "ui: {animation: {open: zom}}", `expected one of slide, zoom, fade, none, found "zom"; did you mean "zoom"?`},
		{"duration", "ui: {animation: {duration: 5s}}", `s.yaml:1:28: ui.animation.duration: expected a time from 0s to 2s, found 5s`},
		{"menu", "ui: {menu: {hide: [debgu]}}", `found "debgu"; did you mean "debug"?`},
		{"menu item", "ui: {menu: {items: [{id: a, title: {en: A}, url: 'https://a.b', event: x}]}}", `write one of url, app and event, found 2`},
		{"menu item's id", "ui: {menu: {items: [{id: share, title: {en: A}, event: x}]}}", `the menu has an entry "share" already`},
		{"menu address", "ui: {menu: {items: [{id: a, title: {en: A}, url: 'javascript:alert(1)'}]}}", `expected an address such as "https://help.example.com", found "javascript:alert(1)"`},
		{"page of nothing", "ui: {menu: {items: [{id: a, title: {en: A}, event: x, page: p}]}}", `a page belongs to a mini-program`},
		{"watermark", "ui: {watermark: {text: '{usr}'}}", `expected one of {user}, {app}, {name}, {date}, {time}, found "{usr}"; did you mean "{user}"?`},
		{"privacy", "ui: {privacy: {version: 1}}", `ui.privacy: what is to be agreed to has to be said`},
		{"privacy's length", "ui: {privacy: {version: 1, text: {en: '" + strings.Repeat("x", MaxPrivacyText+1) + "'}}}", `put the whole policy behind url`},
		{"navigation", "ui: {navigation: {height: 10}}", `ui.navigation.height: expected a number from 32 to 96, found 10`},
		{"bar's colour", "ui: {navigation: {dark: {button: red}}}", `s.yaml:1:34: ui.navigation.dark.button: expected a colour`},
		{"screen's colour", "ui: {loading: {dark: {colour: red}}}", `ui.loading.dark.colour: expected a colour`},
		{"menu item of nothing", app + "ui: {menu: {items: [{id: a, title: {en: A}, event: x, only: [shp]}]}}", `s.yaml:2:62: ui.menu.items[0].only[0]: no mini-program with the id "shp" is listed under "miniapps"; did you mean "shop"?`},
		{"crowded capsule", "ui:\n  capsule:\n    width: 40", `s.yaml:3:12: ui.capsule.width: the icons and their margins need 44, the capsule is 40 wide; make width larger, or the icons smaller`},
		{"margins count", "ui: {capsule: {more_margin: 30, close_margin: 30}}", `the icons and their margins need 104, the capsule is 87 wide`},
		{"large icon", "ui: {capsule: {close_size: 40}}", `s.yaml:1:28: ui.capsule.close_size: an icon of 40 does not fit into a capsule that is 32 high`},
		{"order and hide", "ui: {menu: {order: [qr], hide: [qr]}}", `s.yaml:1:21: ui.menu.order[0]: "qr" is in order and in hide`},
		{"ordered twice", "ui: {menu: {order: [qr, about, qr]}}", `s.yaml:1:32: ui.menu.order[2]: "qr" is listed twice`},
		{"feedback to nobody", "ui: {menu: {order: [feedback]}}", `write menu.feedback: "https://…"`},
		{"no float", "ui: {float: {show: false}, menu: {order: [float]}}", `there is no "float" where ui.float.show is false`},
		{"no favourites", "ui: {launcher: {favourites: false}, menu: {order: [favourite]}}", `where ui.launcher.favourites is false`},
		{"language twice", "ui: {languages: [en, en]}", `s.yaml:1:22: ui.languages[1]: "en" is listed twice`},
		{"privacy that is not asked", "ui: {privacy: {text: {en: x}}}", `the text is never shown, since nothing is asked at version 0; write version: 1`},
		{"opening unseen", "ui: {opening: {show: true, duration: 0s}}", `s.yaml:1:38: ui.opening.duration: a screen that is shown for 0s is not seen`},
		{"nameless font", "branding: {font_file: a.woff2}", `s.yaml:1:23: branding.font_file: nothing uses the font without its name`},
		{"summary", "miniapps: [{id: a, path: x, summary: {English: x}}]", `s.yaml:1:48: miniapps[0].summary.English: expected a language`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse("s.yaml", []byte(c.in), nil)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %.300v\nwant %s", err, c.want)
			}
		})
	}
}

func TestTextsIn(t *testing.T) {
	t.Parallel()
	if _, err := Parse("s.yaml", []byte("ui: {languages: [zh-TW, en], texts: {zh-TW: {exit: 離開}}}"), nil); err != nil {
		t.Errorf("a language beside one of another region: %v", err)
	}
	c, err := Parse("s.yaml", []byte("ui: {languages: [fr, zh-CN, en], texts: {fr: {exit: Quitter}, zh: {exit: 离开}}}"), nil)
	if err != nil {
		t.Fatal(err)
	}
	for language, want := range map[string]string{"fr": "Quitter", "fr-CA": "Quitter", "zh-CN": "离开", "en": "", "": ""} {
		if got := c.UI.TextsIn(language)["exit"]; got != want {
			t.Errorf("in %q exit is %q, want %q", language, got, want)
		}
	}
}

// What the file leaves out is the default, beside what it says.
func TestUIDefaults(t *testing.T) {
	t.Parallel()
	c, err := Parse("s.yaml", []byte("ui: {capsule: {width: 96, divider: false}, launcher: {search: false}, animation: {open: zoom, duration: 100ms}}"), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := DefaultUI()
	want.Capsule.Width, want.Capsule.Divider, want.Launcher.Search = 96, false, false
	want.Animation.Open, want.Animation.Duration = AnimationZoom, 100*time.Millisecond
	if got := c.UI; got.Capsule.Height != DefaultCapsuleHeight || got.Capsule.Width != 96 || got.Capsule.Divider || got.Launcher.Search ||
		!got.Launcher.Scan || got.Animation != want.Animation || !slices.Equal(got.Capsule.Show, want.Capsule.Show) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// The files that the look names are found by their keys; a copy can be changed without the original.
func TestPictures(t *testing.T) {
	t.Parallel()
	c, err := Parse("s.yaml", []byte("branding: {font: F, font_file: f.woff2}\nui: {loading: {picture: l.png}, capsule: {dark: {more_icon: m.svg}}, menu: {items: [{id: a, title: {en: A}, icon: i.svg, event: e}]}}"), nil)
	if err != nil {
		t.Fatal(err)
	}
	copied := c.Look()
	var got []string
	for _, p := range copied.Pictures() {
		if *p.File != "" {
			got = append(got, strings.Join(p.Keys, ".")+"="+*p.File)
			*p.File = "changed"
		}
	}
	want := []string{"branding.font_file=f.woff2", "ui.loading.picture=l.png", "ui.capsule.dark.more_icon=m.svg", "ui.menu.items.0.icon=i.svg"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if c.UI.Menu.Items[0].Icon != "i.svg" || c.UI.Loading.Picture != "l.png" {
		t.Errorf("the original was changed: %+v", c.UI)
	}
}

func TestExamplesAreValid(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../examples/superapps/*/superapp.yaml")
	if err != nil || len(files) < 4 {
		t.Fatalf("%d examples, %v", len(files), err)
	}
	for _, file := range files {
		c, err := Load(file, nil)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, p := range append(c.Pictures(), Picture{Name: "logo", File: &c.Branding.Logo}) {
			if _, err := os.Stat(c.Abs(*p.File)); *p.File != "" && err != nil {
				t.Errorf("%s: %s: %v", file, p.Name, err)
			}
		}
	}
}

// Files of the look that are not there, or cannot be shown, are found when the configuration is loaded.
func TestMissingFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, size := range map[string]int64{"logo.svg": 10, "empty.png": 0, "huge.png": MaxPicture + 1, "notes.txt": 5} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(filepath.Join(dir, name), size); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "folder.png"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, in, want string }{
		{"logo", "branding: {logo: lgo.svg}", `superapp.yaml:1:18: branding.logo: "lgo.svg" is not there; paths are relative to the folder of this file`},
		{"capsule", "ui:\n  capsule:\n    dark: {more_icon: m.svg}", `superapp.yaml:3:23: ui.capsule.dark.more_icon: "m.svg" is not there`},
		{"menu", "ui:\n  menu:\n    items:\n      - {id: a, title: {en: A}, event: e, icon: i.svg}", `superapp.yaml:4:49: ui.menu.items[0].icon: "i.svg" is not there`},
		{"empty", "ui: {loading: {picture: empty.png}}", `ui.loading.picture: "empty.png" is empty`},
		{"huge", "ui: {loading: {picture: huge.png}}", `has 16777217 bytes; at most 16777216 are shown`},
		{"folder", "ui: {loading: {picture: folder.png}}", `"folder.png" is no file`},
		{"kind", "ui: {loading: {picture: notes.txt}}", `is of a kind that cannot be shown; expected one of .svg, .png`},
		{"font", "branding: {font: A, font_file: logo.svg}", `expected one of .woff2, .woff, .ttf, .otf`},
		{"good", "branding: {logo: logo.svg}", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), FileName)
			in := strings.NewReplacer("logo.svg", filepath.Join(dir, "logo.svg"), "empty.png", filepath.Join(dir, "empty.png"), "huge.png", filepath.Join(dir, "huge.png"),
				"folder.png", filepath.Join(dir, "folder.png"), "notes.txt", filepath.Join(dir, "notes.txt")).Replace(c.in)
			if err := os.WriteFile(file, []byte(in), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Load(file, nil)
			got := ""
			if err != nil {
				got = strings.ReplaceAll(err.Error(), dir+string(filepath.Separator), "")
			}
			if c.want == "" && got != "" || !strings.Contains(got, c.want) {
				t.Errorf("got  %.400s\nwant %s", got, c.want)
			}
		})
	}
}
