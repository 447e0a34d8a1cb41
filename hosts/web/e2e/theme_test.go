package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// edited is a theme editor in a browser, beside the file that it writes.
type edited struct {
	*browser.Browser
	t    *testing.T
	file string
}

// editTheme opens the theme editor on a copy of the bank's super-app with a line of its own at the end.
func editTheme(t *testing.T, more string) *edited {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	dir := filepath.Join(t.TempDir(), "bank")
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(root, "examples/superapps/bank"))); err != nil {
		t.Fatal(err)
	}
	e := &edited{t: t, file: filepath.Join(dir, config.FileName)}
	text, err := os.ReadFile(e.file)
	if err == nil {
		err = os.WriteFile(e.file, append(text, more...), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	address, _ := command(t, "theme", e.file)
	e.Browser = browser.Start(t, 1500, 920)
	e.Open(address)
	e.WaitShell(`$("[data-path='ui.capsule.width'] input") && ` + preview + `.querySelector(".tile")`)
	e.run(`$$("details").forEach((el) => (el.open = true))`)
	return e
}

// preview is the document of the shell beside the form.
const preview = `$(".preview").contentDocument`

func (e *edited) run(script string) {
	e.t.Helper()
	var ok bool
	e.EvalShell("("+script+", true)", &ok)
}

// enter types into a setting's field; language is for texts that are there in several.
func (e *edited) enter(path, value string, language ...string) {
	e.t.Helper()
	field := `.line, .switch, .eye`
	if len(language) > 0 {
		field = `.line[lang=` + language[0] + `]`
	}
	quoted, err := json.Marshal(value)
	if err != nil {
		e.t.Fatal(err)
	}
	e.run(fmt.Sprintf(`((el) => { if (el.type === "checkbox") { el.checked = %s === "true"; el.onchange() } else { el.value = %s; el.oninput ? el.oninput() : el.onchange() } })($("[data-path='%s']").querySelector(%q))`,
		quoted, quoted, path, field))
}

// sees waits until something of the shell beside the form is so.
func (e *edited) sees(expression string) {
	e.t.Helper()
	e.WaitShell(`((d) => ` + expression + `)(` + preview + `)`)
}

// save writes the file and reads it back.
func (e *edited) save() (string, *config.Config) {
	e.t.Helper()
	e.WaitShell(`!$(".problem") && !$(".save").disabled`)
	e.run(`$(".save").click()`)
	e.WaitShell(`$(".save").disabled && !$(".file .new")`)
	text, err := os.ReadFile(e.file)
	if err != nil {
		e.t.Fatal(err)
	}
	cfg, err := config.Load(e.file, nil)
	if err != nil {
		e.t.Fatal(err)
	}
	return string(text), cfg
}

// TestThemeLists: groups, own menu entries and texts are edited beside the real shell, and written without a comment lost.
func TestThemeLists(t *testing.T) {
	t.Parallel()
	e := editTheme(t, "\n# Nobody may remove this line.\n")
	_, before := e.load()
	first := before.UI.Menu.Items
	add := func(path string) { e.run(`$("[data-path='` + path + `'] .add").click()`) }

	n := len(first)
	add("ui.menu.items")
	item := fmt.Sprintf("ui.menu.items.%d", n)
	e.WaitShell(`$("[data-path='` + item + `.id']")`)
	e.enter(item+".title", "联系客服", "zh")
	e.enter(item+".title", "Contact us", "en")
	e.enter(item+".event", "contact")
	e.WaitShell(`$(".file").textContent.includes("联系客服") && $(".file").textContent.includes("contact")`)
	e.run(preview + `.querySelector(".tile").click()`)
	e.sees(`d.querySelector(".app.shown .capsule-part") && !d.querySelector(".app.shown .splash")`)
	e.run(preview + `.querySelector(".app.shown .capsule-part").click()`)
	e.sees(`[...d.querySelectorAll(".menu-entry")].some((el) => /联系客服|Contact us/.test(el.textContent))`)
	e.Screenshot("theme-menu")
	e.run(preview + `.querySelector(".menu-cancel").click()`)

	e.enter("ui.privacy.version", "9")
	e.enter("ui.privacy.title", "个人信息", "zh")
	e.enter("ui.privacy.title", "Your data", "en")
	e.enter("ui.privacy.text", "第一行\n第二行", "zh")
	e.enter("ui.privacy.text", "one line\nanother", "en")
	e.WaitShell(`!$(".problem") && $(".file").textContent.includes("第二行")`)
	e.run(`$("[data-path='ui.privacy.version']").closest("details").querySelector(".look").click()`)
	e.sees(`/第二行|another/.test(d.querySelector(".privacy-text")?.textContent ?? "")`)
	e.Screenshot("theme-privacy")
	e.run(preview + `.querySelector(".agree").click()`)

	text, cfg := e.save()
	items := cfg.UI.Menu.Items
	if len(items) != n+1 || items[n].Title["zh"] != "联系客服" || items[n].Title["en"] != "Contact us" || items[n].Event != "contact" {
		t.Errorf("the menu's own entries are %+v", items)
	}
	if p := cfg.UI.Privacy; p.Version != 9 || p.Text["zh"] != "第一行\n第二行" || p.Title["en"] != "Your data" {
		t.Errorf("the privacy text is %+v", p)
	}
	if !strings.Contains(text, "# Nobody may remove this line.") {
		t.Errorf("a comment is lost:\n%s", text)
	}

	e.run(`$("[data-path='` + item + `.id']").closest(".entry").querySelector(".remove").click()`)
	e.WaitShell(`!$("[data-path='` + item + `.id']")`)
	if _, cfg := e.save(); len(cfg.UI.Menu.Items) != n {
		t.Errorf("after its removal there are %d entries, want %d", len(cfg.UI.Menu.Items), n)
	}
}

func (e *edited) load() (string, *config.Config) {
	e.t.Helper()
	text, err := os.ReadFile(e.file)
	if err != nil {
		e.t.Fatal(err)
	}
	cfg, err := config.Load(e.file, nil)
	if err != nil {
		e.t.Fatal(err)
	}
	return string(text), cfg
}

// TestThemeFields: every field of the capsule, the animation, the screens and the launcher has an effect that is seen beside
// the form at once.
func TestThemeFields(t *testing.T) {
	t.Parallel()
	e := editTheme(t, "")
	e.run(preview + `.querySelector(".tile").click()`)
	e.sees(`d.querySelector(".app.shown .capsule-part") && !d.querySelector(".app.shown .splash")`)
	style := func(selector, property string) string {
		return `d.defaultView.getComputedStyle(d.querySelector(".app.shown ` + selector + `")).` + property
	}
	// A capsule is drawn in one way over light pages and in another over dark ones, which have class light for its sake.
	over := func(kind, selector, property, rgb string) string {
		return `(d.querySelector(".app.shown").classList.toggle("light", ` + fmt.Sprint(kind == "dark") + `), ` + style(selector, property) + `.includes("` + rgb + `"))`
	}
	type step struct{ path, value, seen string }
	steps := []step{
		{"ui.capsule.position", "left", `d.querySelector(".capsule").getBoundingClientRect().left - d.querySelector(".screen").getBoundingClientRect().left < 40`},
		{"ui.capsule.position", "right", `d.querySelector(".screen").getBoundingClientRect().right - d.querySelector(".capsule").getBoundingClientRect().right < 40`},
		{"ui.capsule.side", "33", style(".capsule", "right") + ` === "33px"`},
		{"ui.capsule.top", "17", `d.documentElement.style.getPropertyValue("--capsule-top") === "17px" && parseFloat(` + style(".capsule", "top") + `) >= 17`},
		{"ui.capsule.width", "120", `d.querySelector(".capsule").offsetWidth === 120`},
		{"ui.capsule.height", "40", `d.querySelector(".capsule").offsetHeight === 40`},
		{"ui.capsule.radius", "5", style(".capsule", "borderTopLeftRadius") + ` === "5px"`},
		{"ui.capsule.border_width", "3", style(".capsule", "borderTopWidth") + ` === "3px"`},
		{"ui.capsule.icon_size", "30", `d.querySelector(".capsule-part .icon").getBoundingClientRect().width === 30`},
		{"ui.capsule.divider", "false", `!d.querySelector(".capsule i")`},
		{"ui.capsule.divider", "true", `d.querySelector(".capsule i")`},
		{"ui.navigation.home", "false", `true`},
		{"ui.launcher.columns", "3", `d.querySelector(".launcher").style.getPropertyValue("--columns") === "3"`},
		{"ui.launcher.search", "false", `!d.querySelector(".search-field")`},
		{"ui.launcher.recent", "0", `!d.querySelector("[data-section=recent]")`},
		{"ui.animation.open", "zoom", `d.documentElement.dataset.open === "zoom"`},
		{"ui.animation.close", "none", `d.documentElement.dataset.close === "none"`},
		{"ui.animation.duration", "700", `d.documentElement.style.getPropertyValue("--animation") === "700ms"`},
		{"ui.watermark.text", "draft {name}", `d.querySelector(".watermark")`},
	}
	for _, kind := range []string{"light", "dark"} {
		at := "ui.capsule." + kind
		steps = append(steps,
			step{at + ".background", "#123456", over(kind, ".capsule", "backgroundColor", "18, 52, 86")},
			step{at + ".icon", "#abcdef", over(kind, ".capsule", "color", "171, 205, 239")},
			step{at + ".border", "#ff0000", over(kind, ".capsule", "borderTopColor", "255, 0, 0")},
			step{at + ".divider", "#00ff00", over(kind, ".capsule i", "backgroundColor", "0, 255, 0")},
		)
	}
	for _, c := range steps {
		e.enter(c.path, c.value)
		e.WaitShell(`!$(".problem")`)
		e.sees(c.seen)
	}
	e.Screenshot("theme-capsule")
	for _, icon := range []string{"more_icon", "close_icon"} {
		e.enter("ui.capsule."+icon, "logo.svg")
	}
	e.enter("ui.failure.title", "出错了", "zh")
	e.enter("ui.failure.title", "It broke", "en")
	e.enter("ui.loading.text", "请稍候", "zh")
	e.enter("ui.loading.text", "One moment", "en")
	e.enter("ui.opening.text", "欢迎", "zh")
	e.enter("ui.opening.text", "Welcome", "en")
	e.enter("ui.opening.duration", "9000")
	for moment, seen := range map[string]string{
		"opening": `/欢迎|Welcome/.test(d.querySelector(".opening")?.textContent ?? "")`,
		"loading": `/请稍候|One moment/.test(d.querySelector(".moment .splash")?.textContent ?? "")`,
		"failure": `/出错了|It broke/.test(d.querySelector(".moment .failure")?.textContent ?? "")`,
	} {
		e.WaitShell(`$(".file").textContent.includes("9000ms")`)
		e.SeenShell(`((d) => `+seen+`)(`+preview+`)`, func() {
			e.run(`$("[data-path='ui.` + moment + `.show']").closest("details").querySelector(".look").click()`)
		})
	}
	text, _ := e.save()
	e.sees(`d.querySelector(".capsule-part[data-part=more] img") && d.querySelector(".capsule-part[data-part=more] img").naturalWidth > 0`)
	if !strings.Contains(text, "more_icon: logo.svg") {
		t.Errorf("the file is\n%s", text)
	}
}

// TestThemePictures: a picture that is chosen is seen beside the form at once, and another one in its place; both are files only
// once they are saved, and what is not saved is never one.
func TestThemePictures(t *testing.T) {
	t.Parallel()
	e := editTheme(t, "")
	dir := filepath.Dir(e.file)
	choose := func(path, name, colour string) {
		t.Helper()
		e.run(fmt.Sprintf(`((el, files) => { files.items.add(new File(['<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="64" height="64" fill="%s"/></svg>'], %q, {type: "image/svg+xml"})); el.files = files.files; el.onchange(); })($("[data-path='%s'] .chooser"), new DataTransfer())`, colour, name, path))
	}
	// red is how much of a picture's middle is.
	drawn := func(selector, want string) string {
		return `((image) => { if (!image?.complete || !image.naturalWidth) return false; const pen = Object.assign(d.createElement("canvas"), {width: 8, height: 8}).getContext("2d"); pen.drawImage(image, 0, 0, 8, 8); return [...pen.getImageData(4, 4, 1, 1).data].join() === "` + want + `"; })(d.querySelector("` + selector + `"))`
	}
	e.run(preview + `.querySelector(".tile").click()`)
	e.sees(`d.querySelector(".app.shown .capsule-part") && !d.querySelector(".app.shown .splash")`)
	choose("ui.capsule.more_icon", "My 更多 Icon.SVG", "#ff0000")
	e.sees(drawn(".capsule-part[data-part=more] img", "255,0,0,255"))
	e.WaitShell(`$(".file .new").textContent.includes("pictures/My-Icon.svg")`)
	choose("ui.capsule.more_icon", "My 更多 Icon.SVG", "#00ff00")
	e.sees(drawn(".capsule-part[data-part=more] img", "0,255,0,255"))
	choose("branding.logo", "logo.svg", "#0000ff")
	e.sees(drawn(".brand .app-icon img", "0,0,255,255"))
	choose("ui.loading.picture", "wait.svg", "#ff00ff")
	e.WaitShell(`$(".file").textContent.includes("pictures/wait.svg")`)
	e.SeenShell(`((d) => `+drawn(".moment .splash img", "255,0,255,255")+`)(`+preview+`)`, func() {
		e.run(`$("[data-path='ui.loading.show']").closest("details").querySelector(".look").click()`)
	})
	e.Screenshot("theme-pictures")
	e.enter("ui.failure.picture", "nowhere.png")
	e.WaitShell(`$(".problem").textContent.includes('ui.failure.picture: "nowhere.png" is not there')`)
	e.enter("ui.failure.picture", "")
	e.enter("ui.loading.picture", "")
	e.WaitShell(`!$(".problem") && !$(".file").textContent.includes("pictures/wait.svg")`)
	if _, err := os.Stat(filepath.Join(dir, "pictures")); err == nil {
		t.Error("a picture was written before it was saved")
	}
	_, cfg := e.save()
	if cfg.UI.Capsule.MoreIcon != "pictures/My-Icon.svg" || cfg.Branding.Logo != "pictures/logo.svg" {
		t.Errorf("the file names %q and %q", cfg.UI.Capsule.MoreIcon, cfg.Branding.Logo)
	}
	if data, err := os.ReadFile(filepath.Join(dir, "pictures/My-Icon.svg")); err != nil || !strings.Contains(string(data), "#00ff00") {
		t.Errorf("the picture that was chosen last is not there: %s, %v", data, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "pictures/wait.svg")); err == nil {
		t.Error("a picture that nothing names was written")
	}
	e.sees(drawn(".capsule-part[data-part=more] img", "0,255,0,255"))
}
