package compiler

import (
	"encoding/json"
	"fmt"
	"path"
	"strings"

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
	if err := b.putJSON(program.AppFile, b.app); err != nil {
		return err
	}
	return b.putJSON(program.ManifestFile, b.manifest())
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
		if sources[path.Ext(name)] || toolFiles[path.Base(name)] || b.isConfig(name) || b.config.ignored(name) || strings.HasPrefix(name, "_dougong/") {
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
	Permissions []manifestScope  `json:"req_permissions,omitempty"`
}

type manifestVersion struct {
	Name string `json:"name"`
	Code int    `json:"code"`
}

type manifestPlatform struct {
	MinCode int `json:"min_code"`
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
		Version: manifestVersion{b.app.Version, versionCode(b.app.Version)}, Platform: manifestPlatform{program.FormatVersion},
	}
	window := map[string]any{}
	if v := b.app.Window.NavigationBarTitleText; v != nil {
		window["navigation_bar_title_text"] = *v
	}
	if v := b.app.Window.NavigationBarBackgroundColor; v != nil {
		window["navigation_bar_background_color"] = *v
	}
	if v := b.app.Window.BackgroundColor; v != nil {
		window["background_color"] = *v
	}
	if len(window) > 0 {
		m.Window = window
	}
	for _, scope := range sortedKeys(b.app.Permission) {
		m.Permissions = append(m.Permissions, manifestScope{scope, b.app.Permission[scope]})
	}
	for _, icon := range []string{"icon.png", "images/icon.png", "assets/icon.png", "logo.png", "images/logo.png"} {
		if _, ok := b.out[icon]; ok {
			m.Icons = append(m.Icons, manifestIcon{icon})
			break
		}
	}
	return m
}

// versionCode makes a rising number of "major.minor.patch".
func versionCode(version string) int {
	var major, minor, patch int
	_, _ = fmt.Sscanf(version, "%d.%d.%d", &major, &minor, &patch)
	return max(1, major*1_000_000+minor*1_000+patch)
}
