package mobile_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mobile/bind"
)

const tillSwift = "../../examples/embed-ios/Till"

// swiftPackages are the parser of Swift, with its program built for Linux, macOS and Windows.
var swiftPackages = map[string]string{"tree-sitter": "0.22.4", "tree-sitter-swift": "0.7.1", "node-gyp-build": "4.8.4"}

// swift is what the parser says about Swift files.
type swift struct {
	Errors []string
	Nodes  int
	Calls  []struct {
		At, On, Method string
		Labels         []string
	}
}

// swiftParser gives the folder with the parser's packages, out of the user's cache folder.
func swiftParser(t *testing.T) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	modules := filepath.Join(cache, "dougong-test", "swift", "node_modules")
	for name, version := range swiftPackages {
		dir := filepath.Join(modules, name)
		if text, err := os.ReadFile(filepath.Join(dir, "package.json")); err == nil && strings.Contains(string(text), `"`+version+`"`) {
			continue
		}
		fetched := t.TempDir()
		run(t, "npm", "pack", name+"@"+version, "--silent", "--pack-destination", fetched)
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		run(t, "tar", "xzf", filepath.Join(fetched, name+"-"+version+".tgz"), "-C", dir, "--strip-components=1", "--exclude=package/src/*")
	}
	return modules
}

func parse(t *testing.T, modules string, files ...string) (out swift) {
	t.Helper()
	cmd := exec.Command("node", append([]string{"testdata/swift.js"}, files...)...)
	cmd.Env = append(os.Environ(), "NODE_PATH="+modules)
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("node: %v", err)
	}
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return out
}

func run(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v (.ci/setup.sh installs it)\n%s", name, args, err, out)
	}
}

// selectors are the methods of a class or protocol of an Objective-C header: "send:data:error:".
func selectors(t *testing.T, header, begin string) (out []string) {
	t.Helper()
	_, class, found := strings.Cut(header, begin+" ")
	if !found {
		t.Fatalf("no %s in\n%s", begin, header)
	}
	class, _, _ = strings.Cut(class, "@end")
	for _, m := range regexp.MustCompile(`(?m)^- \([^)]*\)(.+);$`).FindAllStringSubmatch(class, -1) {
		parts := regexp.MustCompile(`(\w+):\(`).FindAllStringSubmatch(m[1], -1)
		if len(parts) == 0 {
			out = append(out, m[1])
			continue
		}
		name := ""
		for _, p := range parts {
			name += p[1] + ":"
		}
		out = append(out, name)
	}
	return out
}

// TestObjectiveC generates the header, out of which nothing may be left.
func TestObjectiveC(t *testing.T) {
	t.Parallel()
	header := header(t)
	if strings.Contains(header, "skipped") {
		t.Errorf("gomobile leaves something out:\n%s", header)
	}
	for _, method := range []string{"- (void)call:(MobileRequest* _Nullable)r;", "- (void)hear:(NSString* _Nullable)event;", "- (long)ask:(NSString* _Nullable)question;"} {
		if !strings.Contains(header, method) {
			t.Errorf("there is no %s", method)
		}
	}
}

// TestSwift parses the example, and looks for every method of the library that it calls, with its labels, in the header.
func TestSwift(t *testing.T) {
	t.Parallel()
	modules, header := swiftParser(t), header(t)
	files, err := filepath.Glob(filepath.Join(tillSwift, "*.swift"))
	if err != nil || len(files) != 3 {
		t.Fatalf("the example is %v, %v", files, err)
	}
	parsed := parse(t, modules, files...)
	for _, e := range parsed.Errors {
		t.Error(e)
	}
	classes := map[string]string{"host": "MobileHost", "request": "MobileRequest", "host.app(menu)": "MobileApp"}
	checked := 0
	for _, call := range parsed.Calls {
		class := classes[strings.TrimPrefix(call.On, "try ")]
		if class == "" {
			continue
		}
		checked++
		if known := selectors(t, header, "@interface "+class); !slices.ContainsFunc(selectorsOf(call.Method, call.Labels), func(s string) bool { return slices.Contains(known, s) }) {
			t.Errorf("%s: %s has no method %s with the labels %q: %q", call.At, class, call.Method, call.Labels, known)
		}
	}
	if checked < 10 || parsed.Nodes < 1000 {
		t.Errorf("of %d parts only %d calls were looked at", parsed.Nodes, checked)
	}
	// What is wrong is found.
	wrong := filepath.Join(t.TempDir(), "Wrong.swift")
	if err := os.WriteFile(wrong, []byte("func open( {\n  host.open(\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := parse(t, modules, wrong); len(got.Errors) == 0 {
		t.Error("what is no Swift was parsed")
	}
	if got := selectorsOf("send", []string{"", "text"}); slices.Contains(selectors(t, header, "@interface MobileApp"), got[0]) || len(got) != 2 {
		t.Errorf("a wrong label makes %q", got)
	}
}

// selectorsOf are the Objective-C names that a call of Swift may have: one that throws leaves out the place of the error.
func selectorsOf(method string, labels []string) []string {
	switch {
	case len(labels) == 0:
		return []string{method, method + ":"}
	case labels[0] != "":
		return []string{method + " with a first label"}
	}
	name := method + ":"
	for _, label := range labels[1:] {
		name += label + ":"
	}
	return []string{name, name + "error:"}
}

func header(t *testing.T) string {
	t.Helper()
	p := exported(t)
	g, out := generator(p, p)
	objc := &bind.ObjcGen{Generator: g}
	objc.Init(nil)
	if err := objc.GenH(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
