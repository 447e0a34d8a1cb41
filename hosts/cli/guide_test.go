package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var (
	transcriptForm = regexp.MustCompile("(?s)<!-- transcript: ([^>]*) -->\n```console\n(.*?)```")
	yamlForm       = regexp.MustCompile("(?s)```yaml\n(.*?)```")
	goForm         = regexp.MustCompile("(?s)```go\n(.*?)```")
)

// TestGuide does what the guides for vendors say: their transcripts are run as scripts, and the plugin of the guide has to
// pass the cases that stand beside it.
func TestGuide(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return // as the scripts that are named slow_
	}
	dir := t.TempDir()
	var scripts []string
	add := func(name, text string) {
		path := filepath.Join(dir, name+".txtar")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		scripts = append(scripts, path)
	}
	for i, guide := range []string{"write-a-plugin.md", "write-a-plugin.zh-CN.md"} {
		data, err := os.ReadFile(filepath.Join("../../docs/guide", guide))
		if err != nil {
			t.Fatal(err)
		}
		transcripts := transcriptForm.FindAllStringSubmatch(string(data), -1)
		if len(transcripts) == 0 {
			t.Errorf("%s has no transcript", guide)
		}
		for n, found := range transcripts {
			add(fmt.Sprintf("transcript_%d_%d", i, n), scriptOf(found[2]))
		}
		add(fmt.Sprintf("guide_%d", i), guideScript(t, string(data)))
	}
	testscript.Run(t, testscript.Params{Files: scripts, Setup: setup})
}

// scriptOf makes a script of a transcript: what stands behind "$ " is done, and each line below it has to be in what it
// printed, where … stands for anything. Commands that are not ours are run as they are.
func scriptOf(transcript string) string {
	var b strings.Builder
	b.WriteString("env XDG_CACHE_HOME=$WORK/cache\nsymlink dougong -> $REPO\nmkdir work\ncd work\n")
	for line := range strings.Lines(transcript) {
		line = strings.TrimSuffix(line, "\n")
		command, isCommand := strings.CutPrefix(line, "$ ")
		switch {
		case !isCommand:
			fmt.Fprintf(&b, "stdout '%s'\n", strings.ReplaceAll(regexp.QuoteMeta(line), "…", ".*"))
		case strings.HasPrefix(command, "cd ") || strings.HasPrefix(command, "dougong "):
			b.WriteString(command + "\n")
		default:
			b.WriteString("exec " + command + "\n")
		}
	}
	return b.String()
}

// guideScript tests the guide's plugin with the guide's cases.
func guideScript(t *testing.T, guide string) string {
	t.Helper()
	code := goForm.FindStringSubmatch(guide)
	var manifest, cases, contract string
	for _, found := range yamlForm.FindAllStringSubmatch(guide, -1) {
		switch text := found[1]; {
		case strings.HasPrefix(text, "id: "):
			manifest = text
		case strings.Contains(text, "\ncases:"):
			cases = text
		case strings.Contains(text, "\nmethods:"):
			contract = text
		}
	}
	if code == nil || manifest == "" || cases == "" || contract == "" {
		t.Fatal("the guide lacks the code, the manifest, the cases or the contract")
	}
	manifest += "build:\n  - run: [go, build, -buildmode=c-shared, -o, greeter.wasm, .]\n    env: {GOOS: wasip1, GOARCH: wasm}\n"
	return "env XDG_CACHE_HOME=$WORK/cache\nexec go mod edit -replace=github.com/dougong-dev/dougong/pdk/go=$REPO/pdk/go\nexec go mod tidy\n" +
		"dougong plugin test . -v\nstdout 'ok    tests/greeter/counts'\nstdout ' 0 failed'\n" +
		"-- go.mod --\nmodule greeter\n\ngo 1.26\n-- main.go --\n" + code[1] + "-- plugin.yaml --\n" + manifest +
		"-- contracts/greeter.yaml --\n" + contract + "-- tests/greeter.yaml --\n" + cases
}
