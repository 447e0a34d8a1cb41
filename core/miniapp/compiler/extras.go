package compiler

import (
	"path"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
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
	b.report(diags.List)
}
