package compiler

import (
	"encoding/json"
	"fmt"
	"html"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// MaxBundle is the largest total of a bundle's files.
const MaxBundle = 1 << 30

func scriptFile(file string) string { return path.Join(program.ScriptDir, scriptKey(file)) + ".js" }

// finish writes the files that describe the others.
func (b *build) finish(defs []*definition) error {
	for _, def := range defs {
		if def.Page {
			b.stats.Pages++
		} else {
			b.stats.Components++
		}
		if err := b.putJSON(path.Join(program.ComponentDir, def.Path)+".json", def.Component); err != nil {
			return err
		}
	}
	for _, d := range sortDiagnostics(b.diags) {
		if _, ok := b.broken[d.File]; !ok && d.Severity == source.Error {
			b.broken[d.File] = d
		}
	}
	if len(b.broken) > 0 {
		b.app.Broken = b.broken
	}
	b.app.TemplateScripts = b.templateScripts()
	if err := b.putJSON(program.AppFile, b.app); err != nil {
		return err
	}
	return b.putJSON(program.ManifestFile, b.manifest())
}

// templateScripts lists the compiled WXS modules.
func (b *build) templateScripts() []string {
	var out []string
	for name := range b.out {
		if file, ok := strings.CutPrefix(name, program.WXSDir+"/"); ok {
			out = append(out, strings.TrimSuffix(file, ".js"))
		}
	}
	slices.Sort(out)
	return out
}

func (b *build) putJSON(name string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	b.out[name] = data
	return nil
}

// sources are endings of files that are compiled or serve the tools: they do not go into the bundle as they are.
var sources = map[string]bool{
	".axml": true, ".acss": true, ".sjs": true, ".wxml": true, ".fxml": true, ".wxss": true, ".ftss": true, ".wxs": true, ".fts": true, ".js": true, ".ts": true, ".mjs": true, ".cjs": true,
	".map": true, ".less": true, ".scss": true, ".sass": true, ".styl": true, ".md": true, ".tsx": true, ".jsx": true, ".vue": true, ".log": true, ".zip": true, ".dgm": true,
}

var toolFiles = map[string]bool{
	"mini.project.json": true, "project.config.json": true, "project.private.config.json": true, "package.json": true, "package-lock.json": true, "tsconfig.json": true,
	"jsconfig.json": true, "sitemap.json": true, "yarn.lock": true, "pnpm-lock.yaml": true, "LICENSE": true, "manifest.json": true, "Makefile": true,
}

// assets copies what is neither source nor configuration.
func (b *build) assets() error {
	total := int64(0)
	for _, name := range b.files.List() {
		page := b.builder.h5 && strings.HasPrefix(name, program.H5Dir+"/") // goes as it is
		if !page && (sources[path.Ext(name)] || toolFiles[path.Base(name)] || b.isConfig(name) || b.config.ignored(name) || strings.HasPrefix(name, "_dougong/")) {
			continue
		}
		if err := b.ctx.Err(); err != nil {
			return err
		}
		f, ok := b.files.Read(name)
		if !ok {
			continue
		}
		if total += int64(len(f.Data)); f.TooBig || total > MaxBundle {
			var d source.Diagnostics
			d.Error(source.New(name, nil), -1, "file-too-big", "serve it from the network instead", "the file does not fit: a file may have %d MiB, a bundle %d MiB", 64, MaxBundle>>20)
			b.report(d.List)
			if total > MaxBundle {
				b.fatal = true
				return nil
			}
			continue
		}
		b.out[name] = f.Data
		b.stats.Assets++
	}
	return nil
}

// isConfig tells whether a json file configures the app, a page or a component; others are data.
func (b *build) isConfig(name string) bool {
	base, ok := strings.CutSuffix(name, ".json")
	if !ok {
		return false
	}
	return name == "app.json" || name == "theme.json" || b.componentExists(base)
}

// manifest is the W3C MiniApp manifest: what other platforms and a store can read without knowing us.
type manifest struct {
	AppID       string           `json:"app_id"`
	Name        string           `json:"name"`
	Version     manifestVersion  `json:"version"`
	Platform    manifestPlatform `json:"platform_version"`
	Pages       []string         `json:"pages"`
	Window      map[string]any   `json:"window,omitempty"`
	Icons       []manifestIcon   `json:"icons"`
	ColorScheme string           `json:"color_scheme,omitempty"`
	DeviceType  []string         `json:"device_type"`
	Permissions []manifestScope  `json:"req_permissions,omitempty"`
}

type manifestVersion struct {
	Name string `json:"name"`
	Code int    `json:"code"`
}

type manifestPlatform struct {
	MinCode     int    `json:"min_code"`
	TargetCode  int    `json:"target_code"`
	ReleaseType string `json:"release_type"`
}

type manifestIcon struct {
	Src string `json:"src"`
}

type manifestScope struct {
	Name   string `json:"name"`
	Reason string `json:"reason,omitempty"`
}

func (b *build) manifest() manifest {
	m := manifest{
		AppID: b.app.ID, Name: b.app.Name, Pages: b.app.Pages, Icons: []manifestIcon{},
		Version: manifestVersion{b.app.Version, versionCode(b.app.Version)}, Platform: manifestPlatform{program.FormatVersion, program.FormatVersion, "release"},
		DeviceType: []string{"phone"},
	}
	if b.appUnit.json != nil {
		if dark, _ := b.appUnit.json.Get("darkmode").Bool(); dark {
			m.ColorScheme = "auto"
		}
	}
	m.Window = manifestWindow(b.app.Window)
	for _, scope := range sortedKeys(b.app.Permission) {
		m.Permissions = append(m.Permissions, manifestScope{scope, b.app.Permission[scope]})
	}
	for _, icon := range []string{"icon.png", "images/icon.png", "assets/icon.png", "logo.png", "images/logo.png"} {
		if _, ok := b.out[icon]; ok {
			m.Icons = append(m.Icons, manifestIcon{icon})
			return m
		}
	}
	b.out[letterIcon] = drawLetter(b.app.Name)
	m.Icons = append(m.Icons, manifestIcon{letterIcon})
	return m
}

// letterIcon is the icon of a mini-program that brings none: the draft wants one.
const letterIcon = "_dougong/icon.svg"

func drawLetter(name string) []byte {
	letter := "·"
	for _, r := range name {
		letter = string(unicode.ToUpper(r))
		break
	}
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"><rect width="96" height="96" rx="22" fill="#3a6ea5"/>`+
		`<text x="48" y="64" font-family="sans-serif" font-size="46" text-anchor="middle" fill="#fff">%s</text></svg>`, html.EscapeString(letter))
}

// manifestWindow is the part of a window section that the draft has words for. Values it does not allow are left out.
func manifestWindow(w program.Window) map[string]any {
	window := map[string]any{}
	text := func(key string, v *string, allowed ...string) {
		if v != nil && *v != "" && (len(allowed) == 0 || slices.Contains(allowed, *v)) {
			window[key] = *v
		}
	}
	color := func(key string, v *string) {
		if v != nil && hexColor.MatchString(*v) {
			window[key] = *v
		}
	}
	text("navigation_bar_title_text", w.NavigationBarTitleText)
	text("navigation_bar_text_style", w.NavigationBarTextStyle, "white", "black")
	text("navigation_style", w.NavigationStyle, "default", "custom")
	text("background_text_style", w.BackgroundTextStyle, "dark", "light")
	color("navigation_bar_background_color", w.NavigationBarBackgroundColor)
	color("background_color", w.BackgroundColor)
	if w.EnablePullDownRefresh != nil {
		window["enable_pull_down_refresh"] = *w.EnablePullDownRefresh
	}
	if w.OnReachBottomDistance != nil && *w.OnReachBottomDistance >= 0 {
		window["on_reach_bottom_distance"] = *w.OnReachBottomDistance
	}
	if len(window) == 0 {
		return nil
	}
	return window
}

var hexColor = regexp.MustCompile(`^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$`)

// versionCode makes a rising number of "major.minor.patch".
func versionCode(version string) int {
	var major, minor, patch int
	_, _ = fmt.Sscanf(version, "%d.%d.%d", &major, &minor, &patch)
	return max(1, major*1_000_000+minor*1_000+patch)
}
