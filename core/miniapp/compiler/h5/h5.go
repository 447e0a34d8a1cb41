// Package h5 shows a folder of plain web pages as a mini-program's project: one page with a <web-view> of them, and a bridge
// by which they reach the APIs that a mini-program has, through the same permissions. The pages go into the bundle as they are.
//
//	if h5.Is(fsys) { project, diags, err := h5.Project(fsys) }
//
// It must not know how a host shows web pages, nor what confines them there.
package h5

import (
	"archive/zip"
	"bytes"
	_ "embed" // the page
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
	"github.com/dougong-dev/dougong/core/miniapp/webpolicy"
)

// Start is the page that a folder begins with.
const Start = "index.html"

// manifestFile is the manifest's name, at the top of the folder.
const manifestFile = "manifest.json"

// maxSize bounds what a folder may hold.
const maxSize = 256 << 20

//go:embed page.js
var page []byte

// ErrFolder is wrapped by the error of a folder that cannot be read.
var ErrFolder = errors.New("no H5 folder")

// manifest is what is read of a manifest: the W3C's MiniApp manifest, or a web app's.
type manifest struct {
	AppID     string `json:"app_id"`
	ID        string `json:"id"` // of a web app
	Name      string `json:"name"`
	ShortName string `json:"short_name"`
	Version   struct {
		Name string `json:"name"`
	} `json:"version"`
	Icons []struct {
		Src string `json:"src"`
	} `json:"icons"`
	Pages []string `json:"pages"`
	Theme string   `json:"theme_color"`
}

// Is tells whether a folder holds web pages with a manifest, and no project of another kind.
func Is(fsys fs.FS) bool {
	for name, want := range map[string]bool{Start: true, manifestFile: true, "app.json": false, "project.config.json": false, "mini.project.json": false} {
		if info, err := fs.Stat(fsys, name); (err == nil && info.Mode().IsRegular()) != want {
			return false
		}
	}
	data, err := fs.ReadFile(fsys, manifestFile)
	if err != nil {
		return false
	}
	var m struct {
		Pages []json.RawMessage `json:"pages"`
	}
	_ = json.Unmarshal(data, &m) // what is wrong with it Project says
	return len(m.Pages) == 0     // otherwise it is a MiniApp
}

var (
	idForm     = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$`)
	colourForm = regexp.MustCompile(`^#[0-9A-Fa-f]{6}$`)
)

// Project shows a folder as a project that the compiler builds. The diagnostics say what is wrong with its manifest.
func Project(fsys fs.FS) (fs.FS, []program.Diagnostic, error) {
	text, err := fs.ReadFile(fsys, manifestFile)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrFolder, err)
	}
	m, diags := read(text)
	if diags.HasErrors() {
		return nil, diags.List, fmt.Errorf("%w: %s", ErrFolder, diags.List[0].Message)
	}
	files, err := collect(fsys)
	if err != nil {
		return nil, diags.List, err
	}
	if err := m.describe(files); err != nil {
		return nil, diags.List, err
	}
	made, err := archive(files)
	return made, diags.List, err
}

// read reads the manifest.
func read(text []byte) (*manifest, source.Diagnostics) {
	var diags source.Diagnostics
	file := source.New(manifestFile, text)
	m := &manifest{}
	if err := json.Unmarshal(text, m); err != nil {
		at := 0
		var syntax *json.SyntaxError
		var kind *json.UnmarshalTypeError
		switch {
		case errors.As(err, &syntax):
			at = int(syntax.Offset) - 1
		case errors.As(err, &kind):
			at = int(kind.Offset) - 1
		}
		diags.Error(file, max(0, at), "h5-manifest", `write {"app_id": "com.example.app", "name": "…", "version": {"name": "1.0.0"}}`, "the manifest cannot be read: %v", err)
		return m, diags
	}
	if m.AppID == "" {
		m.AppID = strings.Trim(m.ID, "/")
	}
	if m.Name == "" {
		m.Name = m.ShortName
	}
	if !idForm.MatchString(m.AppID) {
		diags.Error(file, max(0, bytes.Index(text, []byte(`"app_id"`))), "h5-app-id", `write "app_id": "com.example.app"`, "%q is no id: letters, digits, dots, dashes and underscores make one", m.AppID)
	}
	if _, err := webpolicy.Parse(text); err != nil {
		diags.Error(file, wishAt(text, err), "h5-csp", `write "csp": {"img-src": ["img.example.com"]}`, "%v", err)
	}
	if m.Name == "" {
		diags.Error(file, 0, "h5-name", `write "name": "…"`, "the app has no name")
	}
	return m, diags
}

// wishAt is where in a manifest that stands which an error of its policy is about.
func wishAt(text []byte, err error) int {
	names := []string{"csp"}
	var wrong *webpolicy.Error
	if errors.As(err, &wrong) {
		names = append(names, wrong.Directive, wrong.Host)
	}
	at := 0
	for _, name := range names {
		next := bytes.Index(text[at:], []byte(`"`+name+`"`))
		if name == "" || next < 0 {
			break // the directive itself, or something that is written in another way
		}
		at += next
	}
	return at
}

// collect takes the folder's files, each under program.H5Dir.
func collect(fsys fs.FS) (map[string][]byte, error) {
	files := map[string][]byte{}
	size := 0
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules"):
			return fs.SkipDir
		case !d.Type().IsRegular() || strings.HasPrefix(d.Name(), ".") || path.Ext(name) == ".dgm":
			return nil
		}
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		if size += len(data); size > maxSize {
			return fmt.Errorf("%w: it holds more than %d MiB", ErrFolder, maxSize>>20)
		}
		files[path.Join(program.H5Dir, name)] = data
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the folder: %w", err)
	}
	return files, nil
}

// describe adds the mini-program around the pages.
func (m *manifest) describe(files map[string][]byte) error {
	window := map[string]any{"navigationBarTitleText": m.Name}
	if colourForm.MatchString(m.Theme) {
		window["navigationBarBackgroundColor"] = m.Theme
	}
	for _, icon := range m.Icons {
		if data, ok := files[path.Join(program.H5Dir, strings.TrimPrefix(icon.Src, "/"))]; ok && path.Ext(icon.Src) == ".png" {
			files["icon.png"] = data
			break
		}
	}
	files["app.js"] = []byte("App({});\n")
	files[pagePath+".js"] = page
	files[pagePath+".wxml"] = []byte(`<web-view wx:if="{{src}}" id="h5" src="{{src}}" init="{{init}}" bindh5="heard"></web-view>`)
	for name, v := range map[string]any{
		"app.json": map[string]any{"pages": []string{pagePath}, "window": window}, pagePath + ".json": map[string]any{},
		"project.config.json": map[string]string{"appid": m.AppID, "projectname": m.Name},
		"package.json":        map[string]string{"version": m.Version.Name},
	} {
		data, err := json.MarshalIndent(v, "", "  ")
		if err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
		files[name] = data
	}
	return nil
}

// pagePath is the mini-program's page around the pages of the web.
const pagePath = "pages/h5/h5"

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
		if err == nil {
			_, err = f.Write(files[name])
		}
		if err != nil {
			return nil, fmt.Errorf("lay out the project: %w", err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("lay out the project: %w", err)
	}
	return zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
}
