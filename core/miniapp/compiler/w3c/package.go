package w3c

import (
	"encoding/json"
	"io/fs"
	"path"
	"strings"
	"unicode"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// Limits of a package.
const (
	maxManifest = 1 << 20
	maxName     = 255
	maxFiles    = 50000
)

// pageEndings are what a page may consist of; the first two are its content.
var pageEndings = []string{".html", ".xml", ".wxml", ".js", ".css"}

// Check is the strict reader: it says everything about a package that the drafts do not allow. A package passes if nothing
// of severity "error" is among it.
func Check(fsys fs.FS) (*Manifest, []program.Diagnostic) {
	data, err := readManifest(fsys, ManifestFile)
	if err != nil {
		var diags source.Diagnostics
		hint := "put it there"
		if _, err := fs.Stat(fsys, path.Join("src", ManifestFile)); err == nil {
			hint = "pack the content of src/ instead of the folder; the lenient reader takes it as it is"
		}
		diags.Error(source.New(ManifestFile, nil), -1, "w3c-no-manifest", hint, "there is no manifest.json at the top of the package")
		return &Manifest{}, diags.List
	}
	m, diags := ReadManifest(ManifestFile, data)
	p := &pack{fsys: fsys, file: source.New(ManifestFile, data), diags: &diags}
	p.names()
	p.references(m)
	p.localisation()
	return m, diags.List
}

func readManifest(fsys fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxManifest {
		return []byte("[]"), nil
	}
	return fs.ReadFile(fsys, name)
}

// pack is a package that is being checked.
type pack struct {
	fsys  fs.FS
	file  *source.File
	diags *source.Diagnostics
}

func (p *pack) exists(name string) bool {
	info, err := fs.Stat(p.fsys, name)
	return err == nil && info.Mode().IsRegular()
}

// names checks what files are called: packages travel between systems.
func (p *pack) names() {
	seen, count := map[string]string{}, 0
	_ = fs.WalkDir(p.fsys, ".", func(name string, d fs.DirEntry, err error) error { // what cannot be read is found by who needs it
		if err != nil || name == "." {
			return nil //nolint:nilerr // see above
		}
		if count++; count > maxFiles {
			p.complain(name, "w3c-too-many-files", "", "the package has more than %d files", maxFiles)
			return fs.SkipAll
		}
		base := path.Base(name)
		switch {
		case len(base) > maxName:
			p.complain(name, "w3c-file-name", "shorten it", "a name may have %d bytes", maxName)
		case strings.ContainsAny(base, "\"*:<>?\\|") || strings.ContainsFunc(base, unicode.IsControl) || strings.HasSuffix(base, "."):
			p.complain(name, "w3c-file-name", "rename it", `a name holds none of " * : < > ? \ |, no control character, and no dot at its end`)
		}
		if other, twice := seen[strings.ToLower(name)]; twice {
			p.complain(name, "w3c-same-name", "rename one of them", "it differs from %q in case only", other)
		}
		seen[strings.ToLower(name)] = name
		return nil
	})
}

func (p *pack) complain(name, id, hint, format string, args ...any) {
	p.diags.Error(source.New(name, nil), -1, id, hint, format, args...)
}

// references checks that what the manifest names is there.
func (p *pack) references(m *Manifest) {
	if !p.exists("app.js") && !p.exists(program.AppFile) {
		p.complain("app.js", "w3c-file-missing", "add it; it may be empty", "there is no app.js at the top of the package")
	}
	for i, page := range m.Pages {
		if !p.page(page) {
			p.missing(m, "pages["+itoa(i)+"]", "w3c-page-missing", "create the page's files, or correct the path", "page %q names no file: there is none of %s", page, page+".html, "+page+".xml, "+page+".js")
		}
	}
	for i, icon := range m.Icons {
		if icon.Src != "" && !strings.Contains(icon.Src, "://") && !p.exists(clean(icon.Src)) {
			p.missing(m, "icons["+itoa(i)+"].src", "w3c-file-missing", "add the file, or correct the path", "icon %q names no file", icon.Src)
		}
	}
	for i, w := range m.Widgets {
		if w.Path != "" && !p.page(clean(w.Path)) {
			p.missing(m, "widgets["+itoa(i)+"].path", "w3c-file-missing", "add its files, or correct the path", "widget %q names no file", w.Path)
		}
	}
}

func (p *pack) missing(m *Manifest, at, id, hint, format string, args ...any) {
	p.diags.Error(p.file, m.places[at], id, hint, format, args...)
}

// page tells whether a page is there: as files with its path, or compiled into a bundle.
func (p *pack) page(page string) bool {
	for _, ending := range pageEndings {
		if p.exists(page + ending) {
			return true
		}
	}
	return p.exists(path.Join(program.ComponentDir, page) + ".json")
}

// localisation checks the folder i18n: a file for each language.
func (p *pack) localisation() {
	entries, err := fs.ReadDir(p.fsys, "i18n")
	if err != nil {
		return
	}
	for _, e := range entries {
		name := path.Join("i18n", e.Name())
		tag, isJSON := strings.CutSuffix(e.Name(), ".json")
		if e.IsDir() || !isJSON || !langTag.MatchString(tag) {
			p.complain(name, "w3c-i18n-name", `name it by a language: "en.json", "zh-Hans.json"`, "it is no file of a language")
			continue
		}
		var content map[string]any
		if data, err := fs.ReadFile(p.fsys, name); err != nil || json.Unmarshal(data, &content) != nil {
			p.complain(name, "w3c-i18n", "write { … }", "it is no JSON object")
		}
	}
}

// Passes tells whether nothing in a list is an error.
func Passes(list []program.Diagnostic) bool { return !source.HasErrors(list) }
