package compiler

import (
	"path"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// readWorkers reads where the scripts of workers are. All of them go into the bundle: which of them run is known to
// wx.createWorker alone.
func (b *build) readWorkers(s section) {
	n := s.node.Get("workers")
	if n == nil {
		return
	}
	folder, ok := n.Text()
	if n.Object {
		folder, ok = n.Get("path").Text()
	}
	folder = cleanPage(folder)
	if !ok || folder == "" {
		s.wrong(n, "workers", "the path of a folder")
		return
	}
	b.app.Workers = folder
	for _, name := range b.files.List() {
		if strings.HasPrefix(name, folder+"/") && slices.Contains(b.scriptEndings(), path.Ext(name)) {
			b.entries = append(b.entries, name)
		}
	}
	if !slices.ContainsFunc(b.files.List(), func(name string) bool { return strings.HasPrefix(name, folder+"/") }) {
		s.diags.Warn(s.file, n.Offset, "json-file-missing", "the path begins at the folder of app.json", "there is no folder %q for workers", folder)
	}
}

// extFile configures a mini-program that somebody runs for others.
const extFile = "ext.json"

// readExt reads ext.json: what it says of the app stands over app.json, its ext is for scripts.
func (b *build) readExt() {
	if !b.files.Exists(extFile) {
		return
	}
	u := b.jsonUnit(extFile)
	var diags source.Diagnostics
	s := section{file: u.source, node: u.json, diags: &diags, theme: b.theme}
	if enable := s.flag("extEnable"); enable != nil && !*enable {
		return
	}
	if ext, ok := u.json.Get("ext").Go().(map[string]any); ok {
		b.app.Ext = ext
	}
	b.app.Window = b.app.Window.With(s.below("window").window(b.config.alipay))
	if pages := s.below("extPages"); pages.node != nil {
		b.extPages = map[string]program.Window{}
		for i, key := range pages.node.Keys {
			page := section{file: s.file, node: pages.node.Items[i], diags: &diags, theme: b.theme}
			b.extPages[cleanPage(key.Name)] = page.window(b.config.alipay)
		}
	}
	b.report(diags.List)
}

// extendedLib is a package that WeChat brings itself where app.json's useExtendedLib asks for it. Here it comes from npm as
// all others do: from the project's node_modules, or from those of extendedLibFolder.
type extendedLib struct {
	name      string // of the npm package
	component string // one of its components, by which its presence is known
	style     string // a sheet that app.wxss need not import
}

var extendedLibs = map[string]extendedLib{
	"weui": {"weui-miniprogram", "weui-miniprogram/cells/cells", "weui-miniprogram/weui-wxss/dist/style/weui.wxss"},
}

// extendedLibFolder is beside project.config.json. Its node_modules hold what WeChat would bring, apart from what the project
// lists itself.
const extendedLibFolder = "extendedLib"

// readExtendedLibs says which of the extended libraries are not installed, and takes the style sheets of the others.
func (b *build) readExtendedLibs(s section) {
	libs := s.below("useExtendedLib")
	if libs.node == nil {
		return
	}
	for i, key := range libs.node.Keys {
		if on, _ := libs.node.Items[i].Bool(); !on {
			continue
		}
		lib, known := extendedLibs[key.Name]
		if !known {
			s.diags.Warn(s.file, key.Offset, "extended-lib-unknown", "take the npm package itself", "useExtendedLib: only weui is known, not %q", key.Name)
			continue
		}
		if _, _, ok := b.files.Resolve("app.json", lib.component, componentEndings); !ok {
			folder := path.Join(b.config.base, extendedLibFolder)
			s.diags.Warn(s.file, key.Offset, "extended-lib-missing",
				"run npm install --prefix "+folder+" "+lib.name+" in the project's folder; package.json stays as it is, and nothing need be built afterwards",
				"useExtendedLib: %s is not installed; WeChat brings it by itself, here it is the npm package %s", key.Name, lib.name)
			continue
		}
		if sheet, _, ok := b.files.Resolve("app.json", lib.style, []string{""}); ok {
			b.extendedStyles = append(b.extendedStyles, sheet)
		}
	}
}
