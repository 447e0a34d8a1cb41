package alipay

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/baselib"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/jsonfile"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/wxml"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/wxss"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// Report says what a conversion did.
type Report struct {
	// Converted and Copied count files.
	Converted int `json:"converted"`
	Copied    int `json:"copied"`
	// Diagnostics name what has no equivalent, and mistakes, in the order of files and lines.
	Diagnostics []program.Diagnostic `json:"diagnostics"`
}

// Write takes a file of the converted project by its path from the project's root.
type Write func(name string, data []byte) error

const (
	projectFile = "mini.project.json"
	adapterFile = "alipay.js"
	maxSource   = 8 << 20
	maxFiles    = 20000
)

// Convert converts the project in fsys.
func Convert(ctx context.Context, fsys fs.FS, write Write) (*Report, error) {
	c := &conversion{ctx: ctx, fsys: fsys, write: write, given: map[string][]string{}, using: map[string]map[string]string{}}
	if err := c.list(); err != nil {
		return nil, err
	}
	if !slices.Contains(c.files, c.at("app.json")) {
		return nil, fmt.Errorf("there is no app.json in the project (looked in %q): name the folder with app.json, or with a mini.project.json that points to it", c.root)
	}
	if err := c.run(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(c.diags.List, func(a, b program.Diagnostic) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.ID, b.ID))
	})
	c.report.Diagnostics = append([]program.Diagnostic{}, c.diags.List...)
	return &c.report, nil
}

type conversion struct {
	ctx    context.Context //nolint:containedctx // lives as long as one conversion
	fsys   fs.FS
	write  Write
	root   string // of the mini-program, "." is the top
	files  []string
	diags  source.Diagnostics
	report Report

	app   map[string]string            // app.json's usingComponents
	using map[string]map[string]string // component or page → its tags → what they are, as paths from the root
	given map[string][]string          // component → attributes that templates give it
}

// at is the path in the project of a path from the mini-program's root.
func (c *conversion) at(name string) string { return path.Join(c.root, name) }

// list finds the project's files and where the mini-program is among them.
func (c *conversion) list() error {
	err := fs.WalkDir(c.fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && (d.Name() == "node_modules" || strings.HasPrefix(d.Name(), ".")):
			return fs.SkipDir
		case d.Type().IsRegular() && !strings.HasPrefix(d.Name(), "."):
			c.files = append(c.files, name)
		}
		if len(c.files) > maxFiles {
			return fmt.Errorf("more than %d files: name the project's own folder", maxFiles)
		}
		return c.ctx.Err()
	})
	if err != nil {
		return fmt.Errorf("read the project: %w", err)
	}
	c.root = "."
	if data, err := fs.ReadFile(c.fsys, projectFile); err == nil {
		n := jsonfile.Parse(source.New(projectFile, data), &source.Diagnostics{})
		if root, ok := n.Get("miniprogramRoot").Text(); ok && fs.ValidPath(path.Clean(root)) {
			c.root = path.Clean(root)
		}
	}
	return nil
}

// run converts everything: templates before scripts, because they say which properties a component is given.
func (c *conversion) run() error {
	c.readUsing()
	for _, kind := range []func(string) (convert func(string, []byte) error){c.first, c.second} {
		for _, name := range c.files {
			convert := kind(name)
			if convert == nil {
				continue
			}
			data, err := fs.ReadFile(c.fsys, name)
			if err != nil {
				return fmt.Errorf("read the project: %w", err)
			}
			if err := convert(name, data); err != nil {
				return err
			}
		}
	}
	if !slices.Contains(c.files, projectFile) {
		if err := c.putProject(nil); err != nil {
			return err
		}
	}
	return c.put(c.at(adapterFile), []byte(baselib.AlipayAdapter()))
}

func (c *conversion) first(name string) func(string, []byte) error {
	if path.Ext(name) == ".axml" {
		return c.template
	}
	return nil
}

func (c *conversion) second(name string) func(string, []byte) error {
	switch path.Ext(name) {
	case ".axml":
		return nil
	case ".acss":
		return c.style
	case ".sjs":
		return c.sjs
	case ".js", ".ts":
		return c.script
	case ".json":
		return c.json
	}
	return c.copy
}

func (c *conversion) put(name string, data []byte) error {
	c.report.Converted++
	return c.write(name, data)
}

func (c *conversion) copy(name string, data []byte) error {
	c.report.Copied++
	return c.write(name, data)
}

func (c *conversion) tooBig(name string, data []byte) bool {
	if len(data) <= maxSource {
		return false
	}
	c.diags.Error(source.New(name, nil), -1, "file-too-big", "split it", "the file is larger than %d MiB", maxSource>>20)
	return true
}

func (c *conversion) template(name string, data []byte) error {
	if c.tooBig(name, data) {
		return nil
	}
	base := strings.TrimSuffix(name, ".axml")
	tags, known := c.using[base]
	component := func(tag string) bool {
		_, own := tags[tag]
		_, app := c.app[tag]
		return own || app || !known && !wxss.Builtin(tag)
	}
	out := wxml.ToWXML(name, data, component, &c.diags)
	for tag, names := range out.Given {
		target := tags[tag]
		if target == "" {
			target = c.app[tag]
		}
		if target == "" && known {
			continue
		}
		c.given[target] = append(c.given[target], names...)
	}
	return c.put(base+".wxml", []byte(out.Text))
}

func (c *conversion) style(name string, data []byte) error {
	text := strings.NewReplacer(`.acss"`, `.wxss"`, `.acss'`, `.wxss'`).Replace(string(data))
	return c.put(strings.TrimSuffix(name, ".acss")+".wxss", []byte(text))
}
