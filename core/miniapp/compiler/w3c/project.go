package w3c

import (
	"archive/zip"
	"bytes"
	_ "embed" // the lifecycle
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

//go:embed lifecycle.js
var lifecycle []byte

const lifecycleFile = "w3c-lifecycle.js"

// maxPackage bounds what a package may hold.
const maxPackage = 256 << 20

// Is tells whether a folder or archive holds a MiniApp package and no project of another kind.
func Is(fsys fs.FS) bool {
	p := pack{fsys: fsys}
	return !p.exists("app.json") && (p.exists(ManifestFile) || p.exists(path.Join("src", ManifestFile)))
}

// ErrPackage is wrapped by the error of a package that cannot be read.
var ErrPackage = errors.New("no MiniApp package")

// Open opens a package file (.ma), a ZIP archive.
func Open(data []byte) (fs.FS, error) {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPackage, err)
	}
	var size uint64
	for _, f := range r.File {
		if !fs.ValidPath(strings.TrimSuffix(f.Name, "/")) {
			return nil, fmt.Errorf("%w: it holds a file named %q, outside of it", ErrPackage, f.Name)
		}
		if size += f.UncompressedSize64; f.UncompressedSize64 > maxPackage || size > maxPackage {
			return nil, fmt.Errorf("%w: it unpacks to more than %d MiB", ErrPackage, maxPackage>>20)
		}
	}
	return r, nil
}

// Project shows a package as a project that the compiler builds. The diagnostics are those of Check; with lenient set they are
// warnings, and what they tell of is made good as far as it can be.
func Project(fsys fs.FS, lenient bool) (fs.FS, []program.Diagnostic, error) {
	_, diags := Check(fsys)
	root := "."
	if p := (pack{fsys: fsys}); lenient && !p.exists(ManifestFile) {
		root = "src"
	}
	data, err := readManifest(fsys, path.Join(root, ManifestFile))
	if err != nil {
		return nil, diags, fmt.Errorf("%w: there is no manifest.json", ErrPackage)
	}
	m, own := ReadManifest(path.Join(root, ManifestFile), data)
	if root != "." {
		diags = append(diags, own.List...)
	}
	if lenient {
		diags = slices.Clone(diags)
		for i := range diags {
			diags[i].Severity = source.Warning
		}
	}
	inner, err := fs.Sub(fsys, root)
	if err != nil {
		return nil, diags, fmt.Errorf("%w: %w", ErrPackage, err)
	}
	b := &projectBuilder{pack: pack{fsys: inner}, manifest: m, lenient: lenient, files: map[string][]byte{}}
	if err := b.build(); err != nil {
		return nil, diags, err
	}
	made, err := b.archive()
	return made, diags, err
}

type projectBuilder struct {
	pack
	manifest *Manifest
	lenient  bool
	files    map[string][]byte
	size     int
}

func (b *projectBuilder) build() error {
	err := fs.WalkDir(b.fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case !d.Type().IsRegular() || name == ManifestFile || slices.Contains([]string{".html", ".xml"}, path.Ext(name)):
			return nil
		}
		data, err := fs.ReadFile(b.fsys, name)
		if err != nil {
			return err
		}
		if b.size += len(data); b.size > maxPackage {
			return fmt.Errorf("%w: it holds more than %d MiB", ErrPackage, maxPackage>>20)
		}
		if base, ok := strings.CutSuffix(name, ".css"); ok {
			b.files[base+".wxss"] = cssImport.ReplaceAll(data, []byte("$1.wxss$2"))
		} else {
			b.files[name] = data
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read the package: %w", err)
	}
	b.files[lifecycleFile] = lifecycle
	b.files["app.js"] = wrap(b.files["app.js"], `require("./`+lifecycleFile+`").start(); `, "App", `App(require("./`+lifecycleFile+`").app);`)
	for _, page := range b.manifest.Pages {
		b.page(page)
	}
	return b.configuration()
}

var (
	cssImport = regexp.MustCompile(`(@import[^;]*)\.css(["')])`)
	htmlTag   = regexp.MustCompile(`(</?)(div|p|section|article|header|footer|main|nav|ul|ol|li|h[1-6]|span|strong|em|b|i|img|a)([\s/>])`)
)

// htmlTags are the elements of HTML that a page may use, as built-in components.
var htmlTags = map[string]string{"span": "text", "strong": "text", "em": "text", "b": "text", "i": "text", "img": "image", "a": "navigator"}

// page makes a page's files of what is there for it. Lines stay where they are.
func (b *projectBuilder) page(page string) {
	from := page
	if parent := path.Dir(page); b.lenient && !b.content(page) && parent != "." && b.content(parent) {
		from = parent // the manifest names a folder too much
	}
	for _, ending := range []string{".html", ".xml"} {
		if data, err := fs.ReadFile(b.fsys, from+ending); err == nil {
			b.files[page+".wxml"] = template(data)
			break
		}
	}
	for _, ending := range []string{".wxss", ".js"} {
		if data, ok := b.files[from+ending]; ok && from != page {
			b.files[page+ending] = data
			delete(b.files, from+ending)
		}
	}
	if b.files[page+".wxml"] == nil && b.files[page+".js"] == nil {
		return // the compiler says that there is no such page
	}
	up := strings.Repeat("../", strings.Count(page, "/"))
	if up == "" {
		up = "./"
	}
	head := fmt.Sprintf("var W3C = require(%q).page(%q, global.Page), Page = W3C; ", up+lifecycleFile, page)
	b.files[page+".js"] = wrap(b.files[page+".js"], head, "", "W3C.register();")
	b.files[page+".json"] = []byte("{}")
}

func (b *projectBuilder) content(page string) bool {
	return slices.ContainsFunc(pageEndings, func(ending string) bool { return b.exists(page + ending) })
}

// template makes WXML of a page's content.
func template(data []byte) []byte {
	text := strings.ReplaceAll(strings.ReplaceAll(string(data), "<template>", "<block>"), "</template>", "</block>")
	if !strings.Contains(string(data), "<template>") {
		text = string(data)
	}
	return []byte(htmlTag.ReplaceAllStringFunc(text, func(tag string) string {
		m := htmlTag.FindStringSubmatch(tag)
		name := htmlTags[m[2]]
		if name == "" {
			name = "view"
		}
		return m[1] + name + m[3]
	}))
}

// wrap puts something before and after a script, the latter unless the script calls a function itself.
func wrap(data []byte, head, unless, tail string) []byte {
	text := string(data)
	if unless == "" || !regexp.MustCompile(`(^|[^\w$.])`+unless+`\s*\(`).MatchString(text) {
		text += "\n;" + tail + "\n"
	}
	return []byte(head + text)
}

// windowKeys are the members of window in app.json.
var windowKeys = map[string]string{
	"background_color": "backgroundColor", "background_text_style": "backgroundTextStyle", "enable_pull_down_refresh": "enablePullDownRefresh",
	"navigation_bar_background_color": "navigationBarBackgroundColor", "navigation_bar_text_style": "navigationBarTextStyle",
	"navigation_bar_title_text": "navigationBarTitleText", "navigation_style": "navigationStyle", "on_reach_bottom_distance": "onReachBottomDistance",
	"orientation": "pageOrientation",
}

func (b *projectBuilder) configuration() error {
	window := map[string]any{}
	for key, name := range windowKeys {
		if v, ok := b.manifest.Window[key]; ok {
			window[name] = v
		}
	}
	if b.manifest.Window["fullscreen"] == true {
		window["navigationStyle"] = "custom"
	}
	if _, titled := window["navigationBarTitleText"]; !titled && b.manifest.Name != "" {
		window["navigationBarTitleText"] = b.manifest.Name
	}
	app := map[string]any{"pages": b.manifest.Pages, "window": window}
	if len(b.manifest.Permissions) > 0 {
		permission := map[string]any{}
		for _, p := range b.manifest.Permissions {
			permission[p.Name] = map[string]string{"desc": p.Reason}
		}
		app["permission"] = permission
	}
	for name, v := range map[string]any{
		"app.json": app, "project.config.json": map[string]string{"appid": b.manifest.AppID, "projectname": b.manifest.Name},
		"package.json": map[string]string{"version": b.manifest.Version.Name},
	} {
		data, err := json.MarshalIndent(v, "", "  ")
		if err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
		b.files[name] = data
	}
	return nil
}

// archive shows the project's files as a file system.
func (b *projectBuilder) archive() (fs.FS, error) { return archive(b.files) }

// Files shows the files of a bundle as a file system; what has no proper path is not there.
func Files(files map[string][]byte) fs.FS {
	fsys, err := archive(files)
	if err != nil { // writing to memory does not fail
		return emptyFS{}
	}
	return fsys
}

type emptyFS struct{}

// Open implements fs.FS.
func (emptyFS) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// archive puts files into an archive in memory, which is a file system.
func archive(files map[string][]byte) (fs.FS, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err != nil {
			return nil, fmt.Errorf("lay out the project: %w", err)
		}
		if _, err := f.Write(files[name]); err != nil {
			return nil, fmt.Errorf("lay out the project: %w", err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("lay out the project: %w", err)
	}
	return zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
}
