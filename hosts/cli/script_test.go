package cli_test

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/dougong-dev/dougong/hosts/cli"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"dougong": func() { os.Exit(cli.Main()) },
	})
}

func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{Dir: "testdata/script"})
}
