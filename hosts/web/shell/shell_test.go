package shell_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/view/client/tsbuild"
	"github.com/dougong-dev/dougong/hosts/web"
	"github.com/dougong-dev/dougong/hosts/web/shell"
)

func TestConstantsAreCurrent(t *testing.T) {
	t.Parallel()
	got, err := os.ReadFile("src/constants.ts")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, tsbuild.Interfaces("the web host's Go types", web.ShellTypes()...)) {
		t.Error("src/constants.ts does not fit the Go types; run go generate ./hosts/web/shell")
	}
}

func TestScriptIsCurrent(t *testing.T) {
	t.Parallel()
	want, err := tsbuild.Bundle("src/main.ts")
	if err != nil {
		t.Fatal(err)
	}
	got, _, _ := shell.File("shell.js")
	if !bytes.Equal(got, want) {
		t.Error("dist/shell.js does not fit src; run go generate ./hosts/web/shell")
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
