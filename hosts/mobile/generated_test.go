package mobile_test

import (
	"bytes"
	"go/token"
	"go/types"
	"os"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/mobile/bind"

	"github.com/dougong-dev/dougong/internal/goapi"
)

// generator is gomobile's own, for this package; what it writes goes to the buffer.
func generator(t *testing.T) (*bind.Generator, *bytes.Buffer) {
	t.Helper()
	found, err := goapi.Load(".", ".")
	if err != nil {
		t.Fatal(err)
	}
	p := found["github.com/dougong-dev/dougong/hosts/mobile"].Types
	var out bytes.Buffer
	return &bind.Generator{Printer: &bind.Printer{Buf: &out, IndentEach: []byte("\t")}, Fset: token.NewFileSet(), Pkg: p, AllPkg: []*types.Package{p}}, &out
}

// calls are the methods that a source text calls on values of these names.
func calls(t *testing.T, file, pattern string) (out [][]string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	out = regexp.MustCompile(pattern).FindAllStringSubmatch(string(text), -1)
	if len(out) < 6 {
		t.Fatalf("%s calls %v only", file, out)
	}
	return out
}

// TestJava generates the Java classes and looks for what the Android example calls.
func TestJava(t *testing.T) {
	t.Parallel()
	g, out := generator(t)
	java := &bind.JavaGen{JavaPkg: "dev.dougong", Generator: g}
	java.Init(nil)
	classes := map[string]string{}
	for i, name := range java.ClassNames() {
		out.Reset()
		if err := java.GenClass(i); err != nil {
			t.Fatal(err)
		}
		if classes[strings.ToLower(name)] = out.String(); strings.Contains(out.String(), "skipped") {
			t.Errorf("gomobile leaves something out of %s:\n%s", name, out.String())
		}
	}
	for _, call := range calls(t, "../../examples/embed-android/app/src/main/java/com/example/till/Till.kt", `\b(host|request)\.(\w+)\(`) {
		if !strings.Contains(classes[call[1]], " "+call[2]+"(") {
			t.Errorf("%s has no method %s", call[1], call[2])
		}
	}
	for class, method := range map[string]string{"capability": "void call(Request r)", "listener": "void hear(String event)"} {
		if !strings.Contains(classes[class], method) {
			t.Errorf("%s has no %s:\n%s", class, method, classes[class])
		}
	}
}

// TestObjectiveC generates the header and looks for what the iOS example calls.
func TestObjectiveC(t *testing.T) {
	t.Parallel()
	g, out := generator(t)
	objc := &bind.ObjcGen{Generator: g}
	objc.Init(nil)
	if err := objc.GenH(); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "skipped") {
		t.Errorf("gomobile leaves something out:\n%s", out.String())
	}
	for _, call := range calls(t, "../../examples/embed-ios/Till/Till.swift", `\b(host|request)\.(\w+)\(`) {
		_, class, _ := strings.Cut(out.String(), map[string]string{"host": "@interface MobileHost", "request": "@interface MobileRequest"}[call[1]])
		class, _, _ = strings.Cut(class, "@end")
		if !strings.Contains(class, ")"+call[2]+":") && !strings.Contains(class, ")"+call[2]+";") {
			t.Errorf("%s has no method %s in\n%s", call[1], call[2], class)
		}
	}
	for _, method := range []string{"- (void)call:(MobileRequest* _Nullable)r;", "- (void)hear:(NSString* _Nullable)event;"} {
		if !strings.Contains(out.String(), method) {
			t.Errorf("there is no %s", method)
		}
	}
}
