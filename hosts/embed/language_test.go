package embed_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/hosts/embed"
)

// asker is a plugin that asks the user in the user's language.
var asker = map[string]string{
	"plugin.yaml": "id: com.example.asker\nversion: 1.0.0\npublisher: Test\nsummary: {en: x}\nprovides: [com.example.echo/v1]\n" +
		"runtime: {process: {any: main.py}, interpreter: python3}\nrequires: {confirm: true}\n",
	"main.py": `import sys
sys.dont_write_bytecode = True
import dougong

plugin = dougong.Plugin("com.example.asker", "1.0.0")

@plugin.method("com.example.echo/v1")
def echo(ctx, args):
    german = ctx.language() == "de"
    ctx.confirm("Laut?" if german else "Loud?", "", "Ja" if german else "Yes")
    return {"text": "in " + ctx.language()}

@plugin.method("com.example.echo/v1")
def whisper(ctx, args):
    return {}

plugin.run()
`,
	"contracts/echo.yaml": echoContract,
}

// Where the program asks, plugins put their questions in the language that the program names.
func TestLanguage(t *testing.T) {
	t.Parallel()
	plugins := t.TempDir()
	dir := filepath.Join(plugins, "asker")
	if err := os.CopyFS(filepath.Join(dir, "dougong"), os.DirFS("../../pdk/python/dougong")); err != nil {
		t.Fatal(err)
	}
	for name, text := range asker {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	asked := make(chan embed.Question, 2)
	host, _ := open(t, embed.Options{
		MiniPrograms: []string{project(t, "com.example.a")}, Plugins: plugins,
		Ask:      func(_ context.Context, q embed.Question) (int, error) { asked <- q; return 0, nil },
		Language: func(user string) string { return map[string]string{"ann": "de"}[user] },
	})
	for _, c := range []struct{ user, title, says string }{{"ann", "Laut?", "in de"}, {"bob", "Loud?", "in\n"}} {
		app := start(t, host, "com.example.a", embed.Launch{User: c.user})
		if err := app.Tap(t.Context(), ".echo", ""); err != nil {
			t.Fatal(err)
		}
		select {
		case q := <-asked:
			if q.User != c.user || q.Title != c.title {
				t.Errorf("%s is asked %+v, want %q", c.user, q, c.title)
			}
		default:
			t.Errorf("%s is not asked", c.user)
		}
		if !strings.Contains(app.Text(), c.says) {
			t.Errorf("%s: text is %q, want %q", c.user, app.Text(), c.says)
		}
	}
}
