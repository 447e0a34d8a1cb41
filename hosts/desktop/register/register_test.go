package register_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/hosts/desktop/register"
)

// TestWrite has the desktop's own tools read the entry: the validator, and the query of who opens our links.
func TestWrite(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_DATA_HOME", filepath.Join(home, "data"))
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(home, "config"))
	t.Setenv("XDG_CURRENT_DESKTOP", "")
	icon := []byte("\x89PNG\r\n\x1a\n")
	file, err := register.Write(t.Context(), register.Entry{
		ID: "dougong-timber", Name: "木作生活\nExec=evil", Program: "/opt/my $apps/50% \"off\"/dougong-desktop", SuperApp: `/srv/a\b/superapp.yaml`, Plugins: "/opt/plug ins", Icon: icon,
	})
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("desktop-file-validate", file).CombinedOutput(); err != nil {
		t.Errorf("desktop-file-validate: %v\n%s", err, out)
	}
	out, err := exec.Command("xdg-mime", "query", "default", "x-scheme-handler/dougong").Output()
	if err != nil || strings.TrimSpace(string(out)) != "dougong-timber.desktop" {
		t.Errorf("links are opened by %q (%v)", out, err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`Name=木作生活\nExec=evil` + "\n",
		`Exec="/opt/my \\$apps/50%% \\"off\\"/dougong-desktop" "--plugins=/opt/plug ins" "/srv/a\\\\b/superapp.yaml" %u` + "\n",
		"Icon=" + filepath.Join(home, "data/icons/dougong-timber.png") + "\n", "StartupWMClass=dougong-timber\n",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the entry lacks %q:\n%s", want, text)
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		entry register.Entry
		want  string
	}{
		"id that is a path": {register.Entry{ID: "../x", Program: "/p", SuperApp: "/s"}, "expected lower-case"},
		"relative program":  {register.Entry{ID: "x", Program: "p", SuperApp: "/s"}, "must be absolute"},
		"relative plugins":  {register.Entry{ID: "x", Program: "/p", SuperApp: "/s", Plugins: "q"}, `"q" must be an absolute path`},
	} {
		if _, err := register.Write(t.Context(), c.entry); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
