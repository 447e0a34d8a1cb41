package compiler

import (
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/script"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/wxml"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// Endings of the parts of a component in a project for Alipay.
var (
	alipayTemplateEndings = []string{".axml"}
	alipayStyleEndings    = []string{".acss"}
)

const sjsEnding = ".sjs"

// maxProbe is how much of app.json is looked at to tell whose project it is.
const maxProbe = 1 << 20

// looksAlipay tells whether a folder without a project file holds an Alipay project: by its styles or its first page.
func looksAlipay(fsys fs.FS, root string) bool {
	if exists(fsys, path.Join(root, "app.acss")) {
		return true
	}
	data, err := fs.ReadFile(fsys, path.Join(root, "app.json"))
	if err != nil || len(data) > maxProbe {
		return false
	}
	_, rest, ok := strings.Cut(string(data), `"pages"`)
	if !ok {
		return false
	}
	parts := strings.SplitN(rest, `"`, 3)
	return len(parts) == 3 && fs.ValidPath(cleanPage(parts[1])) && exists(fsys, path.Join(root, cleanPage(parts[1])+".axml"))
}

func (b *build) templateEndings() []string {
	if b.config.alipay {
		return alipayTemplateEndings
	}
	return templateEndings
}

func (b *build) styleEndings() []string {
	if b.config.alipay {
		return alipayStyleEndings
	}
	return styleEndings
}

// templateName is the file that a page's template is expected in.
func (b *build) templateName(page string) string { return page + b.templateEndings()[0] }

// sharesStyle tells whether a component's styles reach beyond it and others' into it, which is what Alipay does by default.
func sharesStyle(isolation string) bool { return isolation == "" || isolation == "shared" }

// nameSJS adds the small module behind one name of an <import-sjs>.
func (u *unit) nameSJS(m wxml.SJSModule) {
	target := strconv.Quote("/" + m.Target)
	code := fmt.Sprintf("var m = require(%s); module.exports = m && m.__esModule && \"default\" in m ? m.default : m;\n", target)
	if m.Export != "" {
		code = fmt.Sprintf("module.exports = require(%s)[%s];\n", target, strconv.Quote(m.Export))
	}
	u.put(path.Join(program.WXSDir, m.Path)+".js", []byte(code))
	u.requires = append(u.requires, script.Require{Spec: "/" + m.Target})
}

// compileSJS adds a template script in Alipay's dialect: an ES module.
func (u *unit) compileSJS(f *source.File, t *tracker, diags *source.Diagnostics) {
	res := script.Compile(f, false, diags)
	if res == nil {
		return
	}
	for i, r := range res.Requires {
		target := source.Resolve(f.Path, r.Spec)
		if t.Exists(target) || !t.Exists(target+sjsEnding) {
			continue
		}
		res.Code = script.Redirect(res.Code, r.Spec, "/"+target+sjsEnding)
		res.Requires[i].Spec = "/" + target + sjsEnding
	}
	u.requires = append(u.requires, res.Requires...)
	u.put(path.Join(program.WXSDir, f.Path)+".js", []byte(res.Code))
	// Errors name the script by its path; that is where their source map is looked for.
	u.put(path.Join(program.ScriptDir, f.Path)+".js.map", []byte(res.Map))
}

// alipayWindow reads the window section of app.json, or a page's json, as Alipay names its keys.
func (s section) alipayWindow() program.Window {
	w := program.Window{
		NavigationBarTitleText:       s.text("defaultTitle"),
		NavigationBarBackgroundColor: s.text("titleBarColor"),
		BackgroundColor:              s.text("backgroundColor"),
		EnablePullDownRefresh:        s.flag("pullRefresh"),
		OnReachBottomDistance:        s.integer("onReachBottomDistance"),
	}
	if bounces := s.bounces(); bounces != nil {
		w.DisableScroll = bounces
	}
	switch s.plain("transparentTitle") {
	case "always", "auto":
		custom := "custom"
		w.NavigationStyle = &custom
	}
	if w.NavigationBarBackgroundColor != nil {
		style := textOn(*w.NavigationBarBackgroundColor)
		w.NavigationBarTextStyle = &style
	}
	s.unsupported("titleImage", "optionMenu", "barButtonTheme", "enableScrollBar", "showTitleLoading", "gestureBack", "backgroundImageUrl")
	return w
}

// bounces is disableScroll of a page that forbids to be pulled and has nothing to scroll; Alipay writes YES and NO.
func (s section) bounces() *bool {
	n := s.node.Get("disableScroll")
	if n == nil {
		return nil
	}
	return s.flag("disableScroll")
}

// unsupported warns of keys that nothing here reads.
func (s section) unsupported(keys ...string) {
	for _, key := range keys {
		if n := s.node.Get(key); n != nil {
			s.diags.Warn(s.file, n.Offset, "alipay-config", "remove it, or draw it in the page", "%q is Alipay's own and has no effect", key)
		}
	}
}

// textOn is the colour of the title on a background: what Alipay chooses by itself.
func textOn(color string) string {
	hex := strings.TrimPrefix(color, "#")
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	n, err := strconv.ParseUint(hex, 16, 32)
	if err != nil || len(hex) != 6 {
		return "black"
	}
	r, g, b := n>>16&255, n>>8&255, n&255
	if r*299+g*587+b*114 < 160*1000 {
		return "white"
	}
	return "black"
}
