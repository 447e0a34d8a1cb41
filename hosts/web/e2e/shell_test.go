package e2e

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// small lists what can be pressed and is smaller than 44 points, whatever extends it counted in.
const small = `$$("button, select, .row").filter((el) => {
	const r = el.getBoundingClientRect(), x = r.left + r.width / 2, y = r.top + r.height / 2;
	if (el.closest("[inert]") || y < 0 || y > innerHeight) return false;
	const hits = (dx, dy) => { const at = document.elementFromPoint(x + dx, y + dy); return at && (el === at || el.contains(at)); };
	return hits(0, 0) && !(r.height >= 44 && r.width >= 44) && !(hits(0, -21.5) && hits(0, 21.5) && hits(-21.5, 0) && hits(21.5, 0));
}).map((el) => el.className + " " + el.textContent).join("; ")`

// Everything of the shell can be read, reached and pressed: axe finds nothing, in light and dark and from right to left,
// keys are enough, and what can be pressed is 44 points large.
func TestAccessibleShell(t *testing.T) {
	t.Parallel()
	b := startBrand(t, "bank", 1000, 920, nil)
	audit := newAuditor(t, b.Browser)
	see := func(where string) {
		t.Helper()
		audit.shell(where)
		var found string
		b.EvalShell(small, &found)
		if found != "" {
			t.Errorf("%s: too small to press: %s", where, found)
		}
	}
	b.WaitShell(`still($(".privacy .agree")) && ` + settled)
	see("privacy")
	b.WaitShell(`$(".privacy").contains(document.activeElement)`)
	for range 5 { // round and round, and never out of the dialog
		b.Key("\t")
		b.WaitShell(`$(".privacy").contains(document.activeElement)`)
	}
	b.EvalShell(`($(".privacy .agree").focus(), true)`, new(bool))
	b.Key("\r")
	b.WaitShell(`!$(".privacy") && ` + settled)
	see("launcher")
	b.EvalShell(`($(".tile").focus(), true)`, new(bool))
	b.Key("\u0303") // arrow right
	b.WaitShell(`document.activeElement.dataset.app === "dg.example.bank.transfer"`)
	b.Key("\r")
	b.Wait(`$(".big")`)
	b.WaitShell(`!$(".app.shown .splash") && ` + settled)
	b.WaitShell(`document.querySelector(".announcer").textContent !== "" && $(".launcher").inert`)
	see("mini-program")
	b.EvalShell(`($(".capsule-part[data-part=more]").focus(), true)`, new(bool))
	b.Key("\r")
	b.WaitShell(`still($(".menu-entry"))`)
	see("menu")
	b.Key("\x1b")
	b.WaitShell(`!$(".menu") && document.activeElement === $(".capsule-part[data-part=more]")`)
	for _, entry := range []string{"info", "shield", "qr"} {
		b.TapShell(`$(".capsule-part[data-part=more]")`)
		b.WaitShell(`still($("[data-entry=` + entry + `]"))`)
		b.TapShell(`$("[data-entry=` + entry + `]")`)
		b.WaitShell(`!$(".menu") && still($(".panel"))`)
		see(entry)
		if entry == "info" {
			b.Screenshot("shell-about")
		}
		b.Key("\x1b")
		b.WaitShell(`!$(".panel")`)
	}
	b.TapShell(`$(".capsule-part[data-part=close]")`)
	b.WaitShell(`!$(".app.shown") && document.activeElement.dataset.app === "dg.example.bank.transfer" && ` + settled)
	b.Theme(true)
	b.WaitShell(`document.documentElement.classList.contains("dark")`)
	b.WaitShell(settled)
	see("dark launcher")
	b.Screenshot("shell-dark")
	b.speak("ar")
	b.WaitShell(`document.dir === "rtl" && $(".tile-name") && ` + settled)
	b.WaitShell(`$(".brand .app-icon").getBoundingClientRect().left > $(".brand-text").getBoundingClientRect().left`)
	see("right to left")
	b.Screenshot("shell-rtl")
}

// At twice the size, and on a small phone, nothing is cut off.
func TestZoomedShell(t *testing.T) {
	t.Parallel()
	for _, size := range []struct {
		name          string
		width, height int
	}{{"phone", 320, 568}, {"zoomed", 640, 360}} {
		t.Run(size.name, func(t *testing.T) {
			t.Parallel()
			b := startBrand(t, "campus", size.width, size.height, nil)
			b.WaitShell(`$(".tile") && ` + settled)
			b.WaitShell(`document.documentElement.scrollWidth <= innerWidth && $$(".tile, .search, .brand").every((el) => el.scrollWidth <= el.clientWidth + 1)`)
			b.Screenshot("shell-" + size.name)
			b.TapShell(`$(".tile")`)
			b.WaitShell(`$(".app.shown")`)
			b.WaitShell(`!$(".app.shown .splash") && ` + settled)
			b.TapShell(`$(".capsule-part[data-part=more]")`)
			b.WaitShell(`still($(".menu"))`)
			b.WaitShell(`$(".menu").getBoundingClientRect().top >= 0 && $(".menu").scrollWidth <= $(".menu").clientWidth`)
			b.Screenshot("shell-menu-" + size.name)
		})
	}
}

// A code of a page, drawn by the shell, opens that page when it is chosen as a picture; a shared address does so too.
func TestCodeAndLinkOpenThePage(t *testing.T) {
	t.Parallel()
	b := startBrand(t, "campus", 1000, 920, nil)
	b.WaitShell(`still($(".scan-button"))`)
	address := b.base + "/open?app=dg.example.campus.library&page=pages/index/index&scene=1047"
	var picture string
	b.EvalShell(`(window.__code = "", (async () => {
		const image = new Image(600, 600);
		image.src = "/api/qr?text=" + encodeURIComponent("`+address+`");
		await image.decode();
		const canvas = Object.assign(document.createElement("canvas"), { width: 600, height: 600 });
		canvas.getContext("2d").drawImage(image, 0, 0, 600, 600);
		const bytes = new Uint8Array(await (await new Promise((done) => canvas.toBlob(done))).arrayBuffer());
		window.__code = Array.from(bytes, (n) => n.toString(16).padStart(2, "0")).join("");
	})(), true)`, new(bool))
	b.WaitShell(`window.__code !== ""`)
	b.EvalShell(`window.__code`, &picture)
	var data bytes.Buffer
	for i := 0; i+1 < len(picture); i += 2 {
		var n byte
		if _, err := fmt.Sscanf(picture[i:i+2], "%02x", &n); err != nil {
			t.Fatal(err)
		}
		data.WriteByte(n)
	}
	file := filepath.Join(t.TempDir(), "code.png")
	if err := os.WriteFile(file, data.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	b.TapShell(`$(".scan-button")`)
	b.WaitShell(`still($(".from-picture"))`)
	b.Screenshot("shell-scan")
	b.Pick(func() { b.TapShell(`$(".from-picture")`) }, file)
	b.WaitShell(`$(".app.shown")?.dataset.app === "dg.example.campus.library"`)
	b.Wait(`$(".big").textContent === "218"`)
	b.Open(b.base + "/open?app=dg.example.campus.bus&page=pages/index/index")
	b.WaitShell(`$(".app.shown")?.dataset.app === "dg.example.campus.bus"`)
}

// The theme editor changes the shell beside it at once, and the file when it is told to: comments stay. A mistake is said and
// nothing is written.
func TestThemeEditor(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	dir := filepath.Join(t.TempDir(), "bank")
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(root, "examples/superapps/bank"))); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, config.FileName)
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	address, _ := command(t, "theme", file)
	b := browser.Start(t, 1500, 920)
	b.Open(address)
	b.WaitShell(`location.pathname === "/theme" && $("[data-path='ui.capsule.width'] input").value === "96"`)
	inside := `$(".preview").contentDocument`
	b.WaitShell(inside + `.querySelector(".tile")`)
	enter := func(path, value string) {
		b.EvalShell(`(() => { const el = $("[data-path='`+path+`'] .line"); el.value = "`+value+`"; el.oninput ? el.oninput() : el.onchange(); return true })()`, new(bool))
	}
	b.EvalShell(`($$("details").forEach((el) => (el.open = true)), true)`, new(bool))
	enter("branding.theme.primary", "#b3261e")
	b.WaitShell(inside + `.documentElement.style.getPropertyValue("--brand") === "#b3261e" && $(".file .new").textContent.includes("#b3261e")`)
	enter("ui.launcher.layout", "list")
	b.WaitShell(inside + `.querySelector(".launcher").dataset.layout === "list"`)
	b.EvalShell(`(`+inside+`.querySelector(".tile").click(), true)`, new(bool))
	b.WaitShell(inside + `.querySelector(".app.shown")`)
	enter("ui.capsule.width", "120")
	b.WaitShell(inside + `.querySelector(".capsule").offsetWidth === 120`)
	enter("ui.capsule.width", "9999")
	b.WaitShell(`$(".problem").textContent.includes("ui.capsule.width: expected a number from 24 to 240, found 9999")`)
	b.WaitShell(`((row) => row.querySelector(".field-problem")?.textContent === "expected a number from 24 to 240, found 9999" && row.querySelector("input").ariaInvalid === "true" && $$(".field-problem").length === 1)($("[data-path='ui.capsule.width']"))`)
	b.Screenshot("theme-mistake")
	enter("ui.capsule.width", "118")
	b.WaitShell(`!$(".problem") && !$(".field-problem") && !$("[aria-invalid]") && !$(".save").disabled`)
	b.WaitShell(inside + `.querySelector(".capsule").offsetWidth === 118`)
	if now, err := os.ReadFile(file); err != nil || !bytes.Equal(now, before) {
		t.Errorf("the file was changed before it was saved: %v", err)
	}
	b.EvalShell(`($$("details").forEach((el, i) => (el.open = i === 0 || i === 2)), $(".form").scrollTop = 0, true)`, new(bool))
	b.Screenshot("theme-editor")
	newAuditor(t, b).shell("theme editor")
	b.TapShell(`$(".save")`)
	b.WaitShell(`$(".save").disabled && !$(".file .new")`)
	want := string(before)
	for _, c := range [][2]string{{`primary: "#0b3d91"`, `primary: "#b3261e"`}, {"width: 96", "width: 118"}, {"    columns: 4\n", "    columns: 4\n"}} {
		want = strings.Replace(want, c[0], c[1], 1)
	}
	now, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Replace(string(now), "    layout: list\n", "", 1); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
