package compiler

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/h5"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/jsonfile"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/project"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/sheets"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/w3c"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// Build builds a project once.
func Build(ctx context.Context, o Options) (*Result, error) { return NewBuilder(o).Build(ctx) }

// Builder builds the same project again and again, compiling only what changed. Builds must not overlap.
type Builder struct {
	o      Options
	h5     bool // it is a folder of web pages
	folder bool // FS is the folder or the package file Dir
	memo   memo
	cache  project.Cache
}

// NewBuilder returns a builder; nothing is read yet.
func NewBuilder(o Options) *Builder {
	folder := o.FS == nil
	if folder {
		o.FS = os.DirFS(o.Dir)
	}
	return &Builder{o: o, folder: folder}
}

// project is the project's files as they are now. A W3C MiniApp package is shown as a project; unless the build is strict, what
// the drafts do not allow in it is a warning.
func (br *Builder) project() (fs.FS, []program.Diagnostic, error) {
	fsys := br.o.FS
	if strings.EqualFold(filepath.Ext(br.o.Dir), ".ma") && br.folder {
		data, err := os.ReadFile(br.o.Dir)
		if err != nil {
			return nil, nil, fmt.Errorf("build %s: %w", br.o.Dir, err)
		}
		if fsys, err = w3c.Open(data); err != nil {
			return nil, nil, fmt.Errorf("build %s: %w", br.o.Dir, err)
		}
	}
	if br.h5 = h5.Is(fsys); br.h5 {
		made, diags, err := h5.Project(fsys)
		if err != nil && !source.HasErrors(diags) {
			return nil, nil, fmt.Errorf("build %s: %w", br.o.Dir, err)
		}
		return made, diags, nil
	}
	if !w3c.Is(fsys) {
		return fsys, nil, nil
	}
	made, diags, err := w3c.Project(fsys, !br.o.Strict)
	if err != nil && !source.HasErrors(diags) {
		return nil, nil, fmt.Errorf("build %s: %w", br.o.Dir, err)
	}
	return made, diags, nil
}

// Build builds the project as its files are now. With an error that wraps ErrFailed the result still has diagnostics.
func (br *Builder) Build(ctx context.Context) (*Result, error) {
	start := time.Now()
	br.memo.begin()
	fsys, packaged, err := br.project()
	if err != nil {
		return nil, err
	}
	b := &build{ctx: ctx, builder: br, fsys: fsys, diags: packaged, out: program.MapFiles{}, broken: map[string]program.Diagnostic{}, badTags: map[string]bool{}}
	b.fatal = (br.o.Strict || br.h5) && source.HasErrors(packaged)
	if !b.fatal {
		if err := b.run(); err != nil {
			return nil, err
		}
	}
	br.memo.end()
	res := &Result{Files: b.out, Diagnostics: sortDiagnostics(b.diags), Stats: b.stats, sources: b.files}
	res.Stats.Time = time.Since(start)
	for _, data := range b.out {
		res.Stats.OutputBytes += int64(len(data))
	}
	if b.fatal || br.o.Strict && source.HasErrors(res.Diagnostics) {
		return res, failed(res.Diagnostics)
	}
	return res, nil
}

func failed(diags []program.Diagnostic) error {
	n := 0
	var first *program.Diagnostic
	for i := range diags {
		if diags[i].Severity == source.Error {
			if n++; first == nil {
				first = &diags[i]
			}
		}
	}
	if first == nil {
		return ErrFailed
	}
	more := ""
	if n > 1 {
		more = fmt.Sprintf(" (the first of %d errors)", n)
	}
	return fmt.Errorf("%w: %s:%d:%d: %s%s", ErrFailed, first.File, first.Line, first.Column, first.Message, more)
}

// build is one run.
type build struct {
	ctx     context.Context //nolint:containedctx // lives as long as the run
	builder *Builder
	fsys    fs.FS
	files   *project.Project
	config  projectConfig
	app     program.App
	appUnit *unit
	theme   *jsonfile.Node
	badTags map[string]bool // of app.json, whose components are missing
	entries []string        // scripts that nothing requires: a plugin's main, the entry of a subpackage, workers
	fatal   bool
	sheets  *sheets.Compiler // nil if style sheets of preprocessors cannot be compiled
	dir     string           // Dir, absolute and without links; with sheets only
	slots   chan struct{}

	mu     sync.Mutex
	out    program.MapFiles
	diags  []program.Diagnostic
	seen   map[*unit]bool
	broken map[string]program.Diagnostic
	stats  Stats
	total  int
	// unstyled are the style sheets that are left out, by the reason.
	unstyled map[string][]string
	// extPages are the settings that ext.json has for pages, over their own.
	extPages map[string]program.Window
	missed   map[string]string // npm packages of references that lead nowhere, each with one such reference
	// extendedStyles are the style sheets that app.wxss has by app.json's useExtendedLib, without importing them.
	extendedStyles []string
}

func (b *build) run() error {
	b.seen = map[*unit]bool{}
	if _, err := fs.Stat(b.fsys, "."); err != nil {
		return fmt.Errorf("build %s: %w", b.builder.o.Dir, err)
	}
	if b.readConfig(); b.fatal {
		return nil
	}
	if !b.files.Exists("app.json") {
		b.fatal = true
		var d source.Diagnostics
		d.Error(source.New("app.json", nil), -1, "app-missing", "name the folder of the mini-program: the one with app.json, or with a project.config.json that points to it", "there is no app.json in %s", b.where())
		b.report(d.List)
		return nil
	}
	b.appUnit = b.jsonUnit("app.json")
	if b.fatal = source.HasErrors(b.appUnit.diags); b.fatal {
		return nil
	}
	b.readApp()
	if b.fatal {
		return nil
	}
	b.readExtAPIs()
	if b.openSheets(); b.sheets != nil {
		defer b.sheets.Close()
	}
	defs := b.findComponents()
	if err := b.compile(defs); err != nil {
		return err
	}
	b.reportUncompiled()
	b.reportMissed()
	if err := b.assets(); err != nil {
		return err
	}
	return b.finish(defs)
}

func (b *build) where() string {
	if b.config.root != "." {
		return path.Join(filepath.Base(b.builder.o.Dir), b.config.root)
	}
	return b.builder.o.Dir
}

// count adds a unit to the result, once.
func (b *build) count(u *unit, fresh bool) {
	b.mu.Lock()
	if b.seen[u] {
		b.mu.Unlock()
		return
	}
	b.seen[u] = true
	b.total++
	b.stats.SourceBytes += int64(u.bytes)
	if fresh {
		b.stats.Compiled++
	} else {
		b.stats.Reused++
	}
	for name, data := range u.files {
		b.out[name] = data
	}
	done, total := len(b.seen), b.total
	b.mu.Unlock()
	b.report(u.diags)
	if p := b.builder.o.Progress; p != nil {
		p(Progress{File: u.path, Done: done, Total: total})
	}
}

func (b *build) report(list []program.Diagnostic) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.diags = append(b.diags, list...)
}
