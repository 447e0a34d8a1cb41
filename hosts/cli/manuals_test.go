package cli_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/pdk/assemblyscript"
	"github.com/dougong-dev/dougong/pdk/c"
	"github.com/dougong-dev/dougong/pdk/node"
	"github.com/dougong-dev/dougong/pdk/python"
	"github.com/dougong-dev/dougong/pdk/rust"
	"github.com/rogpeppe/go-internal/testscript"
)

// fileForm is a block that names its file after its language, or in a line of its own before it.
var fileForm = regexp.MustCompile("(?ms)(?:^`([\\w./-]+)`\n```\\w+|^```\\w+ (\\S+))\n(.*?)^```$")

// TestManuals does what the manual of each kit says: the files in it, beside a copy of the kit, are a plugin that passes the
// manual's cases, and its transcript is run as a script.
func TestManuals(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return // as the scripts that are named slow_
	}
	dir := t.TempDir()
	var scripts []string
	for _, k := range []struct {
		lang, folder string
		kit          fs.FS
	}{
		{"go", "greeter", nil},
		{"c", "greeter", c.Kit()},
		{"rust", "greeter", rust.Kit()},
		{"assemblyscript", "greeter", assemblyscript.Kit()},
		{"python", "acme-face", python.Kit()},
		{"node", "acme-face", node.Kit()},
	} {
		script := manualScript(t, filepath.Join("../../pdk", k.lang, "README.md"), k.folder, k.kit)
		if other := manualScript(t, filepath.Join("../../pdk", k.lang, "README.zh-CN.md"), k.folder, k.kit); uncommented(other) != uncommented(script) {
			t.Errorf("%s: files or transcript of README.zh-CN.md are not those of README.md", k.lang)
		}
		path := filepath.Join(dir, k.lang+".txtar")
		if err := os.WriteFile(path, []byte(script), 0o600); err != nil {
			t.Fatal(err)
		}
		scripts = append(scripts, path)
	}
	testscript.Run(t, testscript.Params{Files: scripts, Setup: setupManual})
}

// setupManual is setup, with npm's cache of this user.
func setupManual(env *testscript.Env) error {
	cache, err := exec.Command("npm", "config", "get", "cache").Output()
	if err != nil {
		return err
	}
	env.Setenv("npm_config_cache", strings.TrimSpace(string(cache)))
	return setup(env)
}

// comments are those that a manual's files have in its own language.
var comments = regexp.MustCompile(`(?m) *(#|//) .*$`)

func uncommented(script string) string { return comments.ReplaceAllString(script, "") }

// manualScript makes a script of a manual: superapp.yaml stands beside the plugin's folder, which has the other files and the kit.
func manualScript(t *testing.T, path, folder string, kit fs.FS) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	manual := string(text)
	transcripts := transcriptForm.FindAllStringSubmatch(manual, -1)
	if len(transcripts) != 1 {
		t.Fatalf("%s has %d transcripts, expected one", path, len(transcripts))
	}
	var b strings.Builder
	b.WriteString(scriptOf(transcripts[0][2]))
	file := func(name string, text []byte) {
		b.WriteString("-- work/" + name + " --\n" + strings.TrimSuffix(string(text), "\n") + "\n")
	}
	for _, found := range fileForm.FindAllStringSubmatch(manual, -1) {
		name := found[1] + found[2]
		if name != "superapp.yaml" {
			name = folder + "/" + name
		}
		file(name, []byte(found[3]))
	}
	if kit == nil {
		return b.String()
	}
	if err := fs.WalkDir(kit, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(kit, name)
		file(folder+"/"+name, text)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
