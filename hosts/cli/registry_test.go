package cli_test

import (
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// readToken makes the token in a file the one that the registry's commands use: `readtoken FILE`.
func readToken(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: readtoken FILE")
	}
	ts.Setenv("DOUGONG_REGISTRY_TOKEN", strings.TrimSpace(ts.ReadFile(args[0])))
}
