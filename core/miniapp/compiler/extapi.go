package compiler

import (
	"io/fs"
	"path"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/extapi"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
)

// readExtAPIs reads FinClipConf.js, which stands beside app.json or in the project's root.
func (b *build) readExtAPIs() {
	for _, name := range []string{path.Join(b.config.root, extapi.FileName), extapi.FileName} {
		info, err := fs.Stat(b.fsys, name)
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		var diags source.Diagnostics
		f := source.New(name, nil)
		if info.Size() > MaxSource {
			diags.Warn(f, -1, "extapi-too-big", "", "%s is larger than %d bytes and is not read", name, MaxSource)
		} else if data, err := fs.ReadFile(b.fsys, name); err != nil {
			diags.Warn(f, -1, "extapi-read", "", "cannot read it: %v", err)
		} else {
			b.app.ExtAPIs = extapi.Parse(source.New(name, data), &diags)
		}
		b.report(diags.List)
		return
	}
}
