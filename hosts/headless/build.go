package headless

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/dougong-dev/dougong/core/bundle"
	"github.com/dougong-dev/dougong/core/miniapp/compiler"
	"github.com/dougong-dev/dougong/core/miniapp/parcel"
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
	p, err := result.Program()
	return p, result.Diagnostics, err
}

func loadBundle(name string) (*program.Program, error) {
	if !strings.HasSuffix(name, ".dgm") {
		return nil, fmt.Errorf("open mini-program: %s is neither a folder nor a bundle (.dgm) nor a W3C package (.ma)", name)
	}
	return parcel.OpenFile(name, bundle.DefaultLimits)
}
