package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/hosts/crash"
)

// TestCrashes: what an operator gets to see of reports: the list, one in full, all for a file, and what is damaged.
func TestCrashes(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	store := crash.Open(filepath.Join(data, crash.Folder))
	for _, r := range []crash.Report{
		crash.Plugin("com.acme.pay", "1.2.0", "exit status 7"),
		crash.MiniProgram("shop", "2.0.0", message.Error{ID: "turn-timeout", Origin: "app", Page: "p/a?q=1", File: "p/a.js", Line: 3, Column: 9, Stack: "    at Page.onLoad (p/a.js:3:9)\n    at p/b.js:1:1\n"}),
	} {
		if err := store.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(data, crash.Folder, "0.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	const damaged = "not a crash report"
	for name, tt := range map[string]struct {
		args []string
		code int
		out  []string // in this order
		err  string
	}{
		"the list":     {nil, 0, []string{"#", "WHERE", "1", "shop", "2.0.0", "turn-timeout", "p/a.js:3:9", "2", "com.acme.pay", "exit status 7"}, damaged},
		"one":          {[]string{"--show", "1"}, 0, []string{"id", "shop", "page", "p/a\n", "file", "p/a.js:3:9", "stack", "Page.onLoad p/a.js:3:9", "stack", "p/b.js:1:1", "system"}, damaged},
		"the other":    {[]string{"--show", "2"}, 0, []string{"plugin", "com.acme.pay", "exit status 7"}, damaged},
		"one too many": {[]string{"--show", "3"}, 2, nil, "there is no report 3, expected 1 to 2"},
		"none":         {[]string{"--show", "0"}, 2, nil, "there is no report 0, expected 1 to 2"},
		"for a file":   {[]string{"--json"}, 0, []string{"[", `"id": "shop"`, `"id": "com.acme.pay"`, "]"}, damaged},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out, errs bytes.Buffer
			code := Run(t.Context(), append([]string{"crashes", "--data", data}, tt.args...), strings.NewReader(""), &out, &errs)
			if code != tt.code || !strings.Contains(errs.String(), tt.err) {
				t.Errorf("ended with %d, wrote %q; want %d, %q", code, errs.String(), tt.code, tt.err)
			}
			rest := out.String()
			for _, part := range tt.out {
				_, after, found := strings.Cut(rest, part)
				if !found {
					t.Fatalf("printed %q; after what comes before, %q is missing", out.String(), part)
				}
				rest = after
			}
		})
	}
}
