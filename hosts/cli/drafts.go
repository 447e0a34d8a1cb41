package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/dougong-dev/dougong/core/bundle"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/w3c"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// checkDrafts holds a package against the W3C's drafts and prints what they do not allow.
func checkDrafts(w io.Writer, app string, asJSON bool) error {
	fsys, err := openPackage(app)
	if err != nil {
		return err
	}
	_, list := w3c.Check(fsys)
	if asJSON {
		out, err := json.MarshalIndent(struct {
			App      string               `json:"app"`
			OK       bool                 `json:"ok"`
			Problems []program.Diagnostic `json:"problems"`
		}{app, w3c.Passes(list), append([]program.Diagnostic{}, list...)}, "", "  ")
		if err != nil {
			return err
		}
		fmt.Fprintln(w, string(out))
	} else {
		printDiagnostics(w, list)
	}
	switch {
	case !w3c.Passes(list):
		return &ExitError{Code: ExitFailed}
	case !asJSON:
		fmt.Fprintf(w, "%s: passes the drafts of MiniApp Manifest and Packaging\n", app)
	}
	return nil
}

// openPackage opens a folder, a bundle or a package file to be read.
func openPackage(app string) (fs.FS, error) {
	info, err := os.Stat(app)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return os.DirFS(app), nil
	case strings.EqualFold(filepath.Ext(app), ".dgm"):
		b, err := bundle.OpenFile(app, bundle.DefaultLimits)
		if err != nil {
			return nil, err
		}
		files, err := b.All()
		if err := errors.Join(err, b.Close()); err != nil {
			return nil, err
		}
		return w3c.Files(files), nil
	}
	data, err := os.ReadFile(app)
	if err != nil {
		return nil, err
	}
	fsys, err := w3c.Open(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", app, err)
	}
	return fsys, nil
}
