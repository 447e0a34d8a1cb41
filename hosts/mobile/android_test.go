package mobile_test

import (
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mobile/bind"
)

// The Android example, and the classes of Android 23 as Debian 11 has them.
const (
	tillKotlin = "../../examples/embed-android/app/src/main/java/com/example/till"
	android23  = "/usr/share/java/com.android.android-23.jar"
)

// javaSources are the Java files that `gomobile bind` makes, by their paths.
func javaSources(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	p := exported(t)
	for _, of := range []struct {
		p    *types.Package
		name string
	}{{p, "dev/dougong/mobile/Mobile"}, {nil, "go/Universe"}} {
		g, text := generator(p, of.p)
		java := &bind.JavaGen{Generator: g}
		if of.p != nil {
			java.JavaPkg = "dev.dougong"
		}
		java.Init(nil)
		if err := java.GenJava(); err != nil {
			t.Fatal(err)
		}
		out[of.name+".java"] = text.String()
		for i, class := range java.ClassNames() {
			text.Reset()
			if err := java.GenClass(i); err != nil {
				t.Fatal(err)
			}
			out[filepath.Join(filepath.Dir(of.name), class+".java")] = text.String()
		}
	}
	where, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "golang.org/x/mobile").Output()
	if err != nil {
		t.Fatal(err)
	}
	seq, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(where)), "bind/java/Seq.java"))
	if err != nil {
		t.Fatal(err)
	}
	out["go/Seq.java"] = string(seq)
	return out
}

// TestJava looks at the Java classes: nothing may be left out, and the example's interfaces be as it implements them.
func TestJava(t *testing.T) {
	t.Parallel()
	sources := javaSources(t)
	for path, text := range sources {
		if strings.Contains(text, "skipped") {
			t.Errorf("gomobile leaves something out of %s:\n%s", path, text)
		}
	}
	for class, method := range map[string]string{"Capability": "void call(Request r)", "Listener": "void hear(String event)", "Asker": "long ask(String question)"} {
		if text := sources["dev/dougong/mobile/"+class+".java"]; !strings.Contains(text, method) {
			t.Errorf("%s has no %s:\n%s", class, method, text)
		}
	}
}

// TestKotlin compiles the Java classes, and against them and Android 23 the example.
func TestKotlin(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return // Kotlin's compiler takes its time
	}
	if _, err := os.Stat(android23); err != nil {
		t.Skip(err) // .ci/setup.sh installs it as long as a mirror of Debian 11 is left, and says so if none is
	}
	dir := t.TempDir()
	var files []string
	for path, text := range javaSources(t) {
		file := filepath.Join(dir, "src", path)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	classes := filepath.Join(dir, "classes")
	run(t, "javac", append([]string{"-source", "8", "-target", "8", "-nowarn", "-bootclasspath", android23, "-d", classes}, files...)...)
	run(t, "kotlinc", "-no-jdk", "-Werror", "-classpath", android23+":"+classes, "-d", filepath.Join(dir, "till"), tillKotlin)
	for _, class := range []string{"Till", "MainActivity"} {
		if _, err := os.Stat(filepath.Join(dir, "till/com/example/till", class+".class")); err != nil {
			t.Error(err)
		}
	}
}
