package superapp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/bundle"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/miniapp/compiler"
	"github.com/dougong-dev/dougong/core/miniapp/parcel"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/script"
	"github.com/dougong-dev/dougong/core/miniapp/webpolicy"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/hosts/web"
)

// miniProgram is one mini-program of the super-app: where it comes from, and what it was built to.
type miniProgram struct {
	config  *config.MiniApp
	gate    core.Gate
	path    string // absolute
	builder *compiler.Builder
	content string // digest that was verified; "" if none was. Of the one who builds

	mu      sync.RWMutex
	program *program.Program
	icon    []byte
	trust   string // who vouches for program
	verdict *trust.Verdict
	diags   []program.Diagnostic
	err     error // why there is no program
	// withdrawn: it was taken down.
	withdrawn bool

	scripts     []byte // of scriptsFor, for its frames
	scriptsFor  *program.Program
	scriptsLock sync.Mutex
}

// templateScripts is what the program's frames run beside the view client. It is made once for each build.
func (p *miniProgram) templateScripts() ([]byte, error) {
	built, err := p.ready()
	if err != nil {
		return nil, err
	}
	p.scriptsLock.Lock()
	defer p.scriptsLock.Unlock()
	if p.scriptsFor != built {
		p.scriptsFor, p.scripts = built, script.ClientScripts(built)
	}
	return p.scripts, nil
}

func (a *App) load(ctx context.Context, c *config.MiniApp) *miniProgram {
	p := a.program(a.config, c)
	if err := p.build(ctx); err != nil {
		a.options.Logger.Error("a mini-program does not build", "path", c.Path, "error", err)
	}
	return p
}

// program is a mini-program that is not built yet.
func (a *App) program(cfg *config.Config, c *config.MiniApp) *miniProgram {
	p := &miniProgram{config: c, gate: a.options.Kernel.Gate, path: cfg.Abs(c.Path)}
	p.builder = compiler.NewBuilder(compiler.Options{Dir: p.path})
	if c.Icon != "" {
		p.icon = readIcon(cfg.Abs(c.Icon))
	}
	return p
}

// place is the project's folder or the bundle's file.
func (p *miniProgram) place() string { return p.path }

// withdraw has nobody open it any more; false if that was so before.
func (p *miniProgram) withdraw(reason error) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.program == nil && p.err != nil && p.withdrawn {
		return false
	}
	p.program, p.err, p.withdrawn = nil, reason, true
	return true
}

// build builds the project again, compiling only what changed, or reads the bundle again. On failure the program built
// before stays in use.
func (p *miniProgram) build(ctx context.Context) error {
	built, diags, err := p.make(ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.diags = diags
	p.err = err
	if err != nil {
		return fmt.Errorf("build %s: %w", p.path, err)
	}
	p.program, p.trust, p.verdict = built, p.vouched(), p.judged()
	if icon, err := built.Asset("icon.png"); err == nil && p.config.Icon == "" {
		p.icon = icon
	}
	return nil
}

// vouched tells who vouches for what the gate has just let in.
func (p *miniProgram) vouched() string {
	switch {
	case !p.bundled():
		return web.TrustDev
	case p.content == "":
		return web.TrustUnsigned
	}
	return web.TrustVerified
}

func (p *miniProgram) make(ctx context.Context) (*program.Program, []program.Diagnostic, error) {
	if p.bundled() {
		built, err := p.unpack(ctx)
		return built, nil, err
	}
	p.gate.Dev(p.config.Path, p.path)
	result, err := p.builder.Build(ctx)
	if err != nil {
		var diags []program.Diagnostic
		if result != nil {
			diags = result.Diagnostics
		}
		return nil, diags, err
	}
	built, err := result.Program()
	return built, result.Diagnostics, err
}

// unpack opens the program of a bundle that the gate admits. What was verified is read from memory; subpackages stay on
// disk until they are fetched, and app.json, which is among what was verified, has their digests.
func (p *miniProgram) unpack(ctx context.Context) (*program.Program, error) {
	content, err := p.gate.Admit(p.path)
	if err != nil {
		return nil, err
	}
	p.content = content
	file := parcel.FileSource(p.path)
	if content == "" {
		return parcel.Open(ctx, file, bundle.DefaultLimits)
	}
	verified, err := p.verified(content)
	if err != nil {
		return nil, err
	}
	built, err := parcel.Open(ctx, func(ctx context.Context) (parcel.Archive, error) {
		if verified == nil {
			return file(ctx)
		}
		return parcel.Archive{ReaderAt: bytes.NewReader(verified), Closer: io.NopCloser(nil), Size: int64(len(verified))}, nil
	}, bundle.DefaultLimits)
	verified = nil
	return built, err
}

// verified reads the bundle and holds its content against the digest that was verified.
func (p *miniProgram) verified(content string) ([]byte, error) {
	data, err := os.ReadFile(p.path)
	if err != nil {
		return nil, err
	}
	b, err := bundle.Open(bytes.NewReader(data), int64(len(data)), bundle.DefaultLimits)
	if err != nil {
		return nil, err
	}
	files, err := b.All()
	if err != nil {
		return nil, err
	}
	if bundle.NewIndex(files).Digest() != content {
		return nil, fmt.Errorf("%s was changed since it was verified", p.path)
	}
	return data, nil
}

// bundled tells whether the mini-program is a .dgm bundle rather than a project's folder.
func (p *miniProgram) bundled() bool { return strings.EqualFold(filepath.Ext(p.path), ".dgm") }

// ready returns the program, or why there is none.
func (p *miniProgram) ready() (*program.Program, error) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if p.program == nil {
		return nil, errors.Join(fmt.Errorf("mini-program %s cannot be opened; mend it and try again", p.config.Path), p.err)
	}
	return p.program, nil
}

func (p *miniProgram) id() string {
	p.mu.RLock()
	defer p.mu.RUnlock()
	switch {
	case p.config.ID != "":
		return p.config.ID
	case p.program != nil:
		return p.program.App.ID
	default:
		return projectID(p.path)
	}
}

// projectID is the id of a project that has never been built: what project.config.json says, so that it stays the same
// once the project is mended, or the folder's name.
func projectID(dir string) string {
	var project struct {
		AppID string `json:"appid"`
	}
	text, err := os.ReadFile(filepath.Join(dir, "project.config.json"))
	if err == nil && json.Unmarshal(text, &project) == nil && project.AppID != "" {
		return project.AppID
	}
	return filepath.Base(dir)
}

// launcher is the mini-program's entry in the launcher.
func (p *miniProgram) launcher() web.App {
	out := web.App{ID: p.id(), Name: inChinese(p.config.Name), WebViews: p.config.Domains.WebView, CSP: cspOf(p.config.CSP),
		Names: p.config.Name, Summary: inChinese(p.config.Summary), Summaries: p.config.Summary,
		Publisher: p.config.Publisher, Licence: p.config.Licence}
	p.mu.RLock()
	defer p.mu.RUnlock()
	out.Icon, out.Trust = p.icon, p.trust
	if p.program != nil {
		out.Version = p.program.App.Version
		out.Package = packageOf(p.program, p.verdict)
		if out.Name == "" {
			out.Name = p.program.App.Name
		}
	}
	if out.Name == "" {
		out.Name = out.ID
	}
	return out
}

func cspOf(c config.CSP) webpolicy.Policy {
	return webpolicy.Policy{webpolicy.Font: c.Font, webpolicy.Frame: c.Frame, webpolicy.Image: c.Image, webpolicy.Media: c.Media}
}

func readIcon(path string) []byte {
	icon, err := os.ReadFile(path)
	if err != nil {
		return nil // the launcher draws a letter instead
	}
	return icon
}

// Rebuild builds a mini-program again from its project, compiling only what changed, and returns what is wrong with it.
// On failure the program built before stays in use.
func (a *App) Rebuild(ctx context.Context, id string) ([]program.Diagnostic, error) {
	p, err := a.find(id)
	if err != nil {
		return nil, err
	}
	err = p.build(ctx)
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.diags, err
}
