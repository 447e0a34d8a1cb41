package headless

import (
	"archive/zip"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// Build makes a program of a mini-program's folder or a W3C MiniApp package (.ma), or loads a bundle (.dgm). The diagnostics are those of the build; with
// an error that wraps compiler.ErrFailed they say why there is no program.
func Build(ctx context.Context, app string) (*program.Program, []program.Diagnostic, error) {
	info, err := os.Stat(app)
	if err != nil {
		return nil, nil, fmt.Errorf("open mini-program: %w", err)
	}
	if !info.IsDir() && !strings.EqualFold(filepath.Ext(app), ".ma") {
		p, err := loadBundle(app)
		return p, nil, err
	}
	result, err := compiler.Build(ctx, compiler.Options{Dir: app})
	if err != nil {
		if result != nil {
			return nil, result.Diagnostics, err
		}
		return nil, nil, err
	}
	p, err := program.Load(result.Files)
	return p, result.Diagnostics, err
}

// maxBundle bounds what a bundle may unpack to: a small file can claim to hold terabytes.
const maxBundle = 1 << 30

func loadBundle(name string) (*program.Program, error) {
	if !strings.HasSuffix(name, ".dgm") {
		return nil, fmt.Errorf("open mini-program: %s is neither a folder nor a bundle (.dgm) nor a W3C package (.ma)", name)
	}
	r, err := zip.OpenReader(name)
	if err != nil {
		return nil, fmt.Errorf("open bundle %s: %w", name, err)
	}
	defer func() { _ = r.Close() }() // only read
	var size uint64
	for _, f := range r.File {
		if !fs.ValidPath(strings.TrimSuffix(f.Name, "/")) {
			return nil, fmt.Errorf("open bundle %s: it holds a file named %q, outside of it; the bundle is not to be trusted", name, f.Name)
		}
		if size += f.UncompressedSize64; size > maxBundle {
			return nil, fmt.Errorf("open bundle %s: it unpacks to more than %d bytes", name, maxBundle)
		}
	}
	files := program.MapFiles{}
	for _, f := range r.File {
		if f.FileInfo().IsDir() {
			continue
		}
		data, err := fs.ReadFile(r, f.Name)
		if err != nil {
			return nil, fmt.Errorf("open bundle %s: %w", name, err)
		}
		files[f.Name] = data
	}
	return program.Load(files)
}
