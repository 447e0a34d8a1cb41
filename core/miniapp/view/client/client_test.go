package client_test

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/view/client"
	"github.com/dougong-dev/dougong/core/miniapp/view/client/tsbuild"
)

func TestConstantsAreCurrent(t *testing.T) {
	t.Parallel()
	want, err := tsbuild.ClientConstants(".")
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("src/constants.ts")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("src/constants.ts does not fit the Go types; run go generate ./core/miniapp/view/client")
	}
}

func TestScriptsAreCurrent(t *testing.T) {
	t.Parallel()
	embedded := map[string][]byte{"dist/client.js": client.Script(), "dist/regions.js": client.Regions()}
	for name, entry := range tsbuild.Scripts {
		want, err := tsbuild.Bundle(entry)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(embedded[name], want) {
			t.Errorf("%s does not fit src; run go generate ./core/miniapp/view/client", name)
		}
	}
}

// TestRegionsApart: who shows no picker of regions does not load their table.
func TestRegionsApart(t *testing.T) {
	t.Parallel()
	county := []byte("海珠区")
	if bytes.Contains(client.Script(), county) || !bytes.Contains(client.Regions(), county) {
		t.Error("the table of regions belongs to dist/regions.js alone")
	}
	if len(client.Regions()) >= len(client.Script()) {
		t.Errorf("dist/regions.js is of %d bytes, more than the client's %d", len(client.Regions()), len(client.Script()))
	}
}

func TestTypes(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs npm")
	}
	if err := tsbuild.Check(t.Context(), "."); err != nil {
		t.Error(err)
	}
}

// TestLogic runs testdata/unit.ts, the checks of what needs no browser.
func TestLogic(t *testing.T) {
	t.Parallel()
	script, err := tsbuild.Bundle("testdata/unit.ts")
	if err != nil {
		t.Fatal(err)
	}
	node := exec.CommandContext(t.Context(), "node", "-")
	node.Stdin = strings.NewReader(`globalThis.document = { baseURI: "http://host/f/KEY/" };` + string(script))
	if out, err := node.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestIntegrity(t *testing.T) {
	t.Parallel()
	if got := client.Integrity(); len(got) != len("sha256-")+44 {
		t.Errorf("integrity %q is no SHA-256 digest", got)
	}
}
