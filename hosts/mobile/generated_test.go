package mobile_test

import (
	"bytes"
	"go/token"
	"go/types"
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
