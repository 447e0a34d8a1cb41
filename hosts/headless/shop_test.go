package headless_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/dougong-dev/dougong/core/miniapp/compiler"
	"github.com/dougong-dev/dougong/core/plugin/process/sandbox"
	"github.com/dougong-dev/dougong/hosts/headless"
)

func TestMain(m *testing.M) {
	sandbox.Main()
	// The clock of backtracking regular expressions ends by itself, a while after the last of them.
	clock := goleak.IgnoreAnyFunction("github.com/dlclark/regexp2/v2.runClock")
	goleak.VerifyTestMain(m, clock, goleak.Cleanup(func(code int) {
		_ = os.RemoveAll(builtPlugins)
		os.Exit(code)
	}))
}

// builtPlugins is the folder that the plugins were built into for these tests, if they were.
var builtPlugins string

const (
	root = "../.."
	shop = root + "/examples/miniapps/shop"
)

// firstParty names the folder of the first-party plugins: bin/plugins, as the Makefile builds them before the tests, or
// else a new one.
var firstParty = sync.OnceValues(func() (string, error) {
	if built := root + "/bin/plugins"; exists(built) {
		return built, nil
	}
	dir, err := os.MkdirTemp("", "dougong-plugins-")
	if err != nil {
		return "", err
	}
	builtPlugins = dir
	cmd := exec.Command("go", "run", "./plugins/internal/build", "-o", dir)
	cmd.Dir = root
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", errors.New(string(out))
	}
	return dir, nil
})

// openKernel starts the first-party plugins.
func openKernel(t *testing.T) *headless.Kernel {
	t.Helper()
	if testing.Short() {
		t.Skip("builds and starts every plugin")
	}
	plugins, err := firstParty()
	if err != nil {
		t.Fatalf("build the plugins: %v", err)
	}
	k, err := headless.OpenKernel(t.Context(), headless.KernelConfig{App: shop, Plugins: plugins})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := k.Close(); err != nil {
			t.Error(err)
		}
	})
	return k
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// fault is what is done to a copy of the shop, and where it must be found. The line is the one that holds mark.
type fault struct {
	page   string // the page that fails; "" for the whole mini-program
	file   string
	old    string // replaced by new; empty: the file or folder is removed
	new    string
	mark   string
	at     string // the file that must be named, if it is not file
	id     string
	origin string
}

var faults = map[string]fault{
	"throwing onLoad": {
		page: "pages/index/index", file: "pages/index/index.js", old: "    this.refresh()", new: "    this.refresh(config.missing)",
		mark: "config.missing", id: "script-throw", origin: "app",
	},
	"missing page":      {page: "pages/me/me", file: "pages/me", at: "app.json", mark: `"pages/me/me"`, id: "json-page-missing", origin: "app"},
	"bad WXML":          {page: "pages/cart/cart", file: "pages/cart/cart.wxml", old: "</empty>", new: "</emty>", mark: "<empty ", id: "wxml-unclosed-tag", origin: "app"},
	"unknown component": {page: "pages/index/index", file: "pages/index/index.wxml", old: "<goods-card", new: "<good-card", mark: "<good-card", id: "wxml-unknown-component", origin: "unsupported"},
	"rejected promise": {
		page: "pages/me/me", file: "pages/me/me.js", old: "    this.load()", new: "    Promise.reject(new Error('no receipts'))",
		mark: "no receipts", id: "unhandled-rejection", origin: "app",
	},
	"endless loop": {
		page: "pages/detail/detail", file: "pages/detail/detail.js", old: "    this.load(query.id)", new: "    let n = 0\n    for (;;) n++",
		mark: "for (;;)", id: "turn-timeout", origin: "app",
	},
	"bad JSON": {page: "pages/me/me", file: "pages/me/me.json", old: `"票据",`, new: `"票据"`, mark: `"usingComponents"`, id: "json-syntax", origin: "app"},
	"API that nobody offers": {
		page: "pages/me/me", file: "pages/me/me.js", old: "    this.load()", new: "    wx.createVKSession({})",
		mark: "createVKSession", id: "api-missing", origin: "unsupported",
	},
	"syntax error":   {page: "pages/checkout/checkout", file: "pages/checkout/checkout.js", old: "paying: false,", new: "paying: : false,", mark: "paying: :", id: "js-syntax", origin: "app"},
	"missing module": {page: "pages/receipt/receipt", file: "pages/receipt/receipt.js", old: "utils/receipts", new: "utils/reciepts", mark: "utils/reciepts", id: "module-missing", origin: "app"},
	"bad app.json":   {file: "app.json", old: `"window": {`, new: `"window" {`, mark: `"window" {`, id: "json-syntax", origin: "app"},
}

// TestBrokenShops: each faulty copy of the shop fails, at the right file and line; the shop itself does not.
func TestBrokenShops(t *testing.T) {
	t.Parallel()
	kernel := openKernel(t)
	t.Run("whole", func(t *testing.T) {
		if r := checkDir(t, kernel, shop); !r.OK {
			t.Errorf("the shop is not ok: %+v", r)
		}
	})
	for name, f := range faults {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(shop)); err != nil {
				t.Fatal(err)
			}
			f.apply(t, dir)
			f.expect(t, dir, checkDir(t, kernel, dir))
		})
	}
}

func checkDir(t *testing.T, kernel *headless.Kernel, dir string) *headless.Report {
	t.Helper()
	p, diags, err := headless.Build(t.Context(), dir)
	if errors.Is(err, compiler.ErrFailed) {
		return headless.Unbuilt(dir, diags, err)
	}
	if err != nil {
		t.Fatal(err)
	}
	r, err := headless.Check(t.Context(), headless.CheckConfig{Program: p, Diagnostics: diags, Kernel: kernel})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestMissingImport: a style sheet that names one that is not there is remarked on, once, and no page fails for it.
func TestMissingImport(t *testing.T) {
	t.Parallel()
	kernel := openKernel(t)
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(shop)); err != nil {
		t.Fatal(err)
	}
	fault{file: "app.wxss", old: "./styles/tokens.wxss", new: "./styles/nothing.wxss"}.apply(t, dir)
	r := checkDir(t, kernel, dir)
	found := 0
	for _, w := range r.Warnings {
		if w.ID == "wxss-import-missing" && w.File == "app.wxss" && w.Line > 0 {
			found++
		}
	}
	if !r.OK || found != 1 {
		t.Errorf("ok %v, remarked on %d times; want true and once: %+v", r.OK, found, r.Warnings)
	}
}

func (f fault) apply(t *testing.T, dir string) {
	t.Helper()
	name := filepath.Join(dir, filepath.FromSlash(f.file))
	if f.old == "" {
		if err := os.RemoveAll(name); err != nil {
			t.Fatal(err)
		}
		return
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(text), f.old, f.new, 1)
	if changed == string(text) {
		t.Fatalf("%s does not hold %q any more: adapt the fault", f.file, f.old)
	}
	if err := os.WriteFile(name, []byte(changed), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (f fault) expect(t *testing.T, dir string, r *headless.Report) {
	t.Helper()
	if r.OK {
		t.Error("the report says ok")
	}
	at := f.at
	if at == "" {
		at = f.file
	}
	text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(at)))
	if err != nil {
		t.Fatal(err)
	}
	before, _, found := strings.Cut(string(text), f.mark)
	if !found {
		t.Fatalf("%s does not hold the mark %q", at, f.mark)
	}
	line := strings.Count(before, "\n") + 1
	problems := r.Errors
	for _, p := range r.Pages {
		if p.Path == f.page {
			problems = p.Errors
			if p.OK {
				t.Errorf("page %s is ok", p.Path)
			}
		}
	}
	for _, p := range problems {
		if p.ID == f.id && p.Origin == f.origin && p.File == at && p.Line == line {
			return
		}
	}
	t.Errorf("want %s, %s at %s:%d, got %+v", f.id, f.origin, at, line, problems)
}
