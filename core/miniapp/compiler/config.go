package compiler

import (
	"io/fs"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/jsonfile"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/project"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
)

// projectConfig is what of project.config.json matters.
type projectConfig struct {
	root   string // folder of the mini-program in the project
	id     string
	name   string
	npm    []string // folders with node_modules
	alipay bool     // the project is written for Alipay
	ts     bool     // TypeScript files win over JavaScript files of the same name
	ignore []ignoreRule
}

// ignoreRule is an entry of packOptions.ignore.
type ignoreRule struct{ kind, value string }

const (
	configFile       = "project.config.json"
	alipayConfigFile = "mini.project.json"
)

// readConfig reads project.config.json, which may be missing, and opens the project's files.
func (b *build) readConfig() {
	fsys := b.fsys
	b.config = projectConfig{root: "."}
	file := configFile
	if b.config.alipay = exists(fsys, alipayConfigFile); b.config.alipay {
		file = alipayConfigFile
	}
	if data, err := fs.ReadFile(fsys, file); err == nil && len(data) <= MaxSource {
		var diags source.Diagnostics
		b.config.read(jsonfile.Parse(source.New(file, data), &diags))
		for i := range diags.List { // it is the developer tools' file, which write comments into it
			diags.List[i].Severity = source.Warning
		}
		b.report(diags.List)
	}
	if b.config.root == "." && !exists(fsys, "app.json") {
		for _, dir := range []string{"miniprogram", "src", "dist"} {
			if exists(fsys, dir+"/app.json") {
				b.config.root = dir
				break
			}
		}
	}
	if b.config.alipay || !exists(fsys, configFile) && looksAlipay(fsys, b.config.root) {
		b.config.alipay = true
		b.files = project.NewPlain(fsys, b.config.root, b.config.npm, &b.builder.cache)
		return
	}
	b.files = project.New(fsys, b.config.root, b.config.npm, &b.builder.cache)
}

func exists(fsys fs.FS, name string) bool {
	info, err := fs.Stat(fsys, name)
	return err == nil && info.Mode().IsRegular()
}

func (c *projectConfig) read(n *jsonfile.Node) {
	root, _ := n.Get("miniprogramRoot").Text()
	if root == "" {
		root, _ = n.Get("srcMiniprogramRoot").Text()
	}
	c.root = cleanRoot(root)
	c.id, _ = n.Get("appid").Text()
	c.name, _ = n.Get("projectname").Text()
	setting := n.Get("setting")
	if list := setting.Get("packNpmRelationList"); list != nil {
		for _, item := range list.Items {
			if p, ok := item.Get("packageJsonPath").Text(); ok {
				c.npm = append(c.npm, path.Dir(cleanRoot(p)))
			}
		}
	}
	if plugins := setting.Get("useCompilerPlugins"); plugins != nil {
		for _, item := range plugins.Items {
			if name, _ := item.Text(); name == "typescript" {
				c.ts = true
			}
		}
	}
	if list := n.Get("packOptions").Get("ignore"); list != nil {
		for _, item := range list.Items {
			kind, _ := item.Get("type").Text()
			value, _ := item.Get("value").Text()
			c.ignore = append(c.ignore, ignoreRule{kind, strings.TrimPrefix(path.Clean("/"+value), "/")})
		}
	}
}

// cleanRoot keeps a path inside of the project.
func cleanRoot(p string) string {
	if p = strings.TrimPrefix(path.Clean("/"+filepath.ToSlash(p)), "/"); p == "" {
		return "."
	}
	return p
}

// ignored tells whether packOptions.ignore leaves a file out of the bundle.
func (c *projectConfig) ignored(name string) bool {
	for _, r := range c.ignore {
		hit := false
		switch r.kind {
		case "folder":
			hit = strings.HasPrefix(name, r.value+"/")
		case "file":
			hit = name == r.value
		case "suffix":
			hit = strings.HasSuffix(name, r.value)
		case "prefix":
			hit = strings.HasPrefix(path.Base(name), r.value)
		case "glob":
			hit, _ = path.Match(r.value, name)
		}
		if hit && r.value != "" {
			return true
		}
	}
	return false
}

var notID = regexp.MustCompile(`[^a-z0-9._-]+`)

// identity gives the mini-program's id and name.
func (b *build) identity() (id, name string) {
	dir := "miniapp"
	if abs, err := filepath.Abs(b.builder.o.Dir); err == nil && b.builder.o.Dir != "" {
		dir = filepath.Base(abs)
	}
	id, name = b.config.id, b.config.name
	if id == "" || id == "touristappid" {
		id = strings.Trim(notID.ReplaceAllString(strings.ToLower(dir), "-"), "-.")
	}
	if id == "" {
		id = "miniapp"
	}
	if title := b.app.Window.NavigationBarTitleText; name == "" && title != nil {
		name = *title
	}
	if name == "" {
		name = dir
	}
	return id, name
}
