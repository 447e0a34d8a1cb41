package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/hosts/cli"
)

// fault is one way to break the shop: old is replaced by now in file, and check has to blame that file at that line.
type fault struct {
	name, file, old, now string
	page                 string // that is not ok
	id                   string // of the error; any if empty
	line                 int    // any if 0
}

var faults = []fault{
	{"throwing onLoad", "pages/index/index.js", "    this.refresh()\n  },\n\n  onShow", "    undefinedThing.refresh()\n  },\n\n  onShow", "pages/index/index", "script-throw", 24},
	{"missing page", "app.json", `"pages/receipt/receipt"`, `"pages/receipts/receipt"`, "pages/receipts/receipt", "json-page-missing", 8},
	{"bad WXML", "pages/cart/cart.wxml", `<view class="row" bindtap="onCheckAll">`, `<view class="row" bindtap="onCheckAll"`, "pages/cart/cart", "", 0},
	{"bad expression", "pages/detail/detail.wxml", "{{fmt.yuan(goods.price)}}", "{{fmt.yuan(goods.price}}", "pages/detail/detail", "", 8},
	{"unknown component", "pages/me/me.wxml", "<empty wx:if", "<empty-box wx:if", "pages/me/me", "wxml-unknown-component", 2},
	{"rejected promise", "pages/me/me.js", "    const open = []\n", "    throw new Error('no receipts')\n", "pages/me/me", "unhandled-rejection", 14},
	{"endless loop", "pages/checkout/checkout.js", "    this.setData({ lines: cart.checked()", "    for (let n = 0; ; ) n++\n    this.setData({ lines: cart.checked()", "pages/checkout/checkout", "turn-timeout", 15},
	{"endless loop in a setData callback", "pages/cart/cart.js", "allChecked: picked > 0 && picked === lines.length })", "allChecked: picked > 0 && picked === lines.length }, () => { for (;;) {} })", "pages/cart/cart", "turn-timeout", 18},
	{"bad JSON", "pages/detail/detail.json", `"navigationBarTitleText": "",`, `"navigationBarTitleText": ""`, "pages/detail/detail", "", 0},
	{"missing module", "pages/receipt/receipt.js", "'../../utils/receipts'", "'../../utils/receipt'", "pages/receipt/receipt", "", 1},
	{"syntax error", "pages/cart/cart.js", "  onShow() {\n    this.sync()", "  onShow() {{\n    this.sync()", "pages/cart/cart", "", 0},
}

// TestBrokenShops breaks the shop in one place at a time: check finds the place.
func TestBrokenShops(t *testing.T) {
	if testing.Short() {
		t.Skip("starts plugins for every copy")
	}
	repo, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir, err := plugins(repo)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			shop := filepath.Join(t.TempDir(), "shop")
			if err := os.CopyFS(shop, os.DirFS(filepath.Join(repo, "examples/miniapps/shop"))); err != nil {
				t.Fatal(err)
			}
			breakFile(t, filepath.Join(shop, f.file), f.old, f.now)
			report, code := check(t, shop, dir)
			f.check(t, report, code)
		})
	}
}

func breakFile(t *testing.T, file, old, now string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(text), old) != 1 {
		t.Fatalf("%s holds %q %d times, want once", file, old, strings.Count(string(text), old))
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(text), old, now, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// checkReport is what check prints with --json.
type checkReport struct {
	OK    bool `json:"ok"`
	Pages []struct {
		Path   string `json:"path"`
		OK     bool   `json:"ok"`
		Errors []struct {
			ID, Origin, Message, File, Hint string
			Line, Column                    int
		} `json:"errors"`
	} `json:"pages"`
}

func check(t *testing.T, app, plugins string) (checkReport, int) {
	t.Helper()
	var out, log bytes.Buffer
	code := cli.Run(context.Background(), []string{"check", app, "--json", "--plugins", plugins}, nil, &out, &log)
	var report checkReport
	if err := json.Unmarshal(out.Bytes(), &report); err != nil {
		t.Fatalf("check --json: %v\n%s\n%s", err, out.String(), log.String())
	}
	return report, code
}

func (f fault) check(t *testing.T, report checkReport, code int) {
	t.Helper()
	if code != cli.ExitFailed || report.OK {
		t.Errorf("exit code %d, ok %v; want %d and false", code, report.OK, cli.ExitFailed)
	}
	for _, page := range report.Pages {
		if page.Path != f.page {
			continue
		}
		if page.OK {
			t.Errorf("page %s is ok", f.page)
		}
		for _, e := range page.Errors {
			if e.File == f.file && (f.line == 0 && e.Line > 0 || e.Line == f.line) && (f.id == "" || e.ID == f.id) {
				return
			}
		}
		t.Errorf("no error %s at %s:%d among %+v", f.id, f.file, f.line, page.Errors)
		return
	}
	t.Errorf("page %s is not in the report", f.page)
}
