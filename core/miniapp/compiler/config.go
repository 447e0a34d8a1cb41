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
	base   string // folder of project.config.json, "." or below
	root   string // folder of the mini-program in the project
	plugin string // folder of the plugin that is developed beside it; "" if there is none
	id     string
	name   string
	npm    []string // folders with node_modules
	alipay bool     // the project is written for Alipay
	ts     bool     // TypeScript files win over JavaScript files of the same name
	sloppy bool     // scripts run as they are written, not in strict mode
	ignore []ignoreRule
	keep   []ignoreRule
}

// ignoreRule is an entry of packOptions.ignore or include.
type ignoreRule struct{ kind, value string }

const (
	configFile       = "project.config.json"
	alipayConfigFile = "mini.project.json"
)

// configFiles describe a project, the later over the earlier: FinClip's tools have their own, and a developer may keep one
// out of the repository.
var configFiles = []string{"fide.project.config.json", configFile, "project.private.config.json"}

// readConfig reads the project's configuration, which may be missing, and opens the project's files.
func (b *build) readConfig() {
	b.config = projectConfig{base: "."}
	b.config.alipay = exists(b.fsys, alipayConfigFile) && !exists(b.fsys, configFile)
	b.readConfigs()
	if root := b.findRoot(); root != "" {
		b.config.root = root
	} else {
		b.elsewhere()
	}
	if b.config.base != "." {
		b.config.npm = append(b.config.npm, b.config.base)
	}
	b.config.npm = append(b.config.npm, path.Join(b.config.base, extendedLibFolder))
	if b.config.alipay || !b.hasConfig(b.config.base) && looksAlipay(b.fsys, b.config.root) {
		b.config.alipay = true
		b.files = project.NewPlain(b.fsys, b.config.root, b.config.npm, &b.builder.cache)
		return
	}
	b.files = project.New(b.fsys, b.config.root, b.config.npm, &b.builder.cache)
}

// readConfigs reads the files that there are in the base folder.
func (b *build) readConfigs() {
	names := configFiles
	if b.config.alipay {
		names = []string{alipayConfigFile}
	}
	for _, name := range names {
		name = path.Join(b.config.base, name)
		data, err := fs.ReadFile(b.fsys, name)
		if err != nil || len(data) > MaxSource {
			continue
		}
		var diags source.Diagnostics
		b.config.read(jsonfile.Parse(source.New(name, data), &diags))
		for i := range diags.List { // it is the developer tools' file, which write comments into it
			diags.List[i].Severity = source.Warning
		}
		b.report(diags.List)
	}
}

// findRoot is the folder with app.json: the one that is configured, or one of the usual. A project whose root is the output
// of a build that has not been run may be complete without it.
func (b *build) findRoot() string {
	dirs := []string{b.config.root, ".", "miniprogram", "src", "dist"}
	if b.config.root == "" {
		dirs = dirs[1:]
	}
	for _, dir := range dirs {
		if dir = path.Join(b.config.base, dir); exists(b.fsys, path.Join(dir, "app.json")) {
			return dir
		}
	}
	return ""
}

func exists(fsys fs.FS, name string) bool {
	info, err := fs.Stat(fsys, name)
	return err == nil && info.Mode().IsRegular()
}

func (c *projectConfig) read(n *jsonfile.Node) {
	for _, key := range []string{"srcMiniprogramRoot", "miniprogramRoot"} {
		if root, _ := n.Get(key).Text(); root != "" {
			c.root = cleanRoot(root)
		}
	}
	if root, _ := n.Get("pluginRoot").Text(); root != "" {
		c.plugin = path.Join(c.base, cleanRoot(root))
	}
	for key, field := range map[string]*string{"appid": &c.id, "projectname": &c.name} {
		if text, _ := n.Get(key).Text(); text != "" {
			*field = text
		}
	}
	c.readSetting(n.Get("setting"))
	for key, list := range map[string]*[]ignoreRule{"ignore": &c.ignore, "include": &c.keep} {
		if rules := n.Get("packOptions").Get(key); rules != nil {
			*list = readRules(rules.Items)
		}
	}
}

func (c *projectConfig) readSetting(n *jsonfile.Node) {
	if list := n.Get("packNpmRelationList"); list != nil {
		for _, item := range list.Items {
			if p, ok := item.Get("packageJsonPath").Text(); ok {
				c.npm = append(c.npm, path.Join(c.base, path.Dir(cleanRoot(p))))
			}
		}
	}
	if plugins := n.Get("useCompilerPlugins"); plugins != nil {
		for _, item := range plugins.Items {
			if name, _ := item.Text(); name == "typescript" {
				c.ts = true
			}
		}
	}
	if es6, ok := n.Get("es6").Bool(); ok { // what translates also makes strict
		enhance, _ := n.Get("enhance").Bool()
		c.sloppy = !es6 && !enhance
	}
}

func readRules(items []*jsonfile.Node) (rules []ignoreRule) {
	for _, item := range items {
		kind, _ := item.Get("type").Text()
		value, _ := item.Get("value").Text()
		if kind != "regexp" && kind != "suffix" && kind != "prefix" {
			value = strings.TrimPrefix(path.Clean("/"+value), "/")
		}
		rules = append(rules, ignoreRule{kind, value})
	}
	return rules
}

// cleanRoot keeps a path inside of the project.
func cleanRoot(p string) string {
	if p = strings.TrimPrefix(path.Clean("/"+filepath.ToSlash(p)), "/"); p == "" {
		return "."
	}
	return p
}

// ignored tells whether packOptions leave a file out of the bundle.
func (c *projectConfig) ignored(name string) bool {
	return matches(c.ignore, name) && !matches(c.keep, name)
}

func matches(rules []ignoreRule, name string) bool {
	for _, r := range rules {
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
		case "regexp":
			if re, err := regexp.Compile(r.value); err == nil {
				hit = re.MatchString(name)
			}
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
