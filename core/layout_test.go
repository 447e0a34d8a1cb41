package core_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/dougong-dev/dougong/"

// importRule says which packages may not import which, and why. Prefixes are below the module's path unless they have
// a dot in their first element.
type importRule struct {
	from   string   // packages below this prefix
	except []string // but not these
	deny   string
	allow  []string // of what deny covers
	reason string
}

var importRules = []importRule{
	{from: "core/", deny: "hosts/", reason: "a host embeds the core, never the other way round"},
	{from: "core/", deny: "plugins/", reason: "the core knows no capability"},
	{from: "core/", deny: "registry/", reason: "a host must work without a registry"},
	{from: "pdk/", deny: "core", reason: "the PDK is the ground"},
	{from: "plugins/", deny: "core", reason: "a plugin is written against the PDK alone"},
	{from: "plugins/", deny: "hosts/", reason: "a plugin is written against the PDK alone"},
	{from: "", except: []string{"core/plugin/process", "pdk/go/process"}, deny: "github.com/hashicorp/go-plugin", reason: "one place speaks to process plugins"},
	{from: "", except: []string{"core/plugin/wasm"}, deny: "github.com/tetratelabs/wazero", reason: "one place knows the WebAssembly engine"},
	{from: "", except: []string{"core/miniapp/script"}, deny: "github.com/dop251/goja", reason: "one place knows the script engine"},
	{from: "core/miniapp/script", deny: "core/miniapp/compiler", reason: "what runs a program must not need what builds it"},
	{from: "core/miniapp/view", deny: "core/miniapp/compiler", reason: "what runs a program must not need what builds it"},
	{from: "core/miniapp/view", deny: "core/miniapp/script", reason: "the renderer must not know the script engine"},
	{from: "core/miniapp/value", deny: "core/", reason: "a leaf"},
	{from: "core/bundle", deny: "core/", reason: "a leaf"},
	{from: "core/gm", deny: "core/", reason: "a leaf"},
	{from: "core/filelock", deny: "core/", reason: "a leaf"},
	{from: "core/trust", deny: "core/", allow: []string{"core/gm", "core/bundle", "core/filelock"}, reason: "a leaf above gm, bundle and filelock"},
	{from: "", except: []string{"core/gm", "core/bundle", "core/trust/cert", "plugins/securestorage"}, deny: "github.com/emmansun/gmsm", reason: "one seam to the national algorithms"},
	{from: "", except: []string{"core/gm"}, deny: "github.com/tjfoc/gmsm", reason: "fenced"},
	{from: "", except: []string{"hosts/pkcs11"}, deny: "github.com/ebitengine/purego", reason: "a program that loads libraries is linked dynamically"},
	{from: "", except: []string{"hosts/pkcs11", "hosts/cmd/dougong-pkcs11"}, deny: "hosts/pkcs11", reason: "a module has a process of its own"},
}

type goPackage struct {
	ImportPath string
	Imports    []string
}

// TestImportRules holds the code against the layout in docs/architecture.md. Test files may import more.
func TestImportRules(t *testing.T) {
	t.Parallel()
	for _, pkg := range listPackages(t) {
		path := strings.TrimPrefix(pkg.ImportPath, module)
		for _, rule := range importRules {
			if !strings.HasPrefix(path, rule.from) || below(path, rule.except) {
				continue
			}
			for _, imported := range pkg.Imports {
				name := strings.TrimPrefix(imported, module)
				own := rule.from != "" && strings.HasPrefix(name, rule.from)
				if strings.HasPrefix(name, rule.deny) && !own && !below(name, rule.allow) {
					t.Errorf("%s imports %s: %s", path, name, rule.reason)
				}
			}
		}
	}
}

func below(path string, prefixes []string) bool {
	for _, p := range prefixes {
		if path == p || strings.HasPrefix(path, p+"/") {
			return true
		}
	}
	return false
}

func listPackages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", module+"...")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	var packages []goPackage
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var pkg goPackage
		err := dec.Decode(&pkg)
		if errors.Is(err, io.EOF) {
			return packages
		}
		if err != nil {
			t.Fatalf("go list output: %v", err)
		}
		packages = append(packages, pkg)
	}
}
