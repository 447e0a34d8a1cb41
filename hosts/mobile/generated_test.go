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

// exported is this package as others see it.
func exported(t *testing.T) *types.Package {
	t.Helper()
	found, err := goapi.Load(".", ".")
	if err != nil {
		t.Fatal(err)
	}
	return found["github.com/dougong-dev/dougong/hosts/mobile"].Types
}

// generator is gomobile's own, for the package p or, if of is nil, for what every binding has; what it writes goes to the
// buffer.
func generator(p, of *types.Package) (*bind.Generator, *bytes.Buffer) {
	var out bytes.Buffer
	return &bind.Generator{Printer: &bind.Printer{Buf: &out, IndentEach: []byte("\t")}, Fset: token.NewFileSet(), Pkg: of, AllPkg: []*types.Package{p}}, &out
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

// TestObjectiveC generates the header and looks for what the iOS example calls.
func TestObjectiveC(t *testing.T) {
	t.Parallel()
	p := exported(t)
	g, out := generator(p, p)
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
