package generate_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go/contract"
	"github.com/dougong-dev/dougong/pdk/go/contract/generate"
)

// TestGoCompiles builds and vets the Go of every standard contract, a vendor's and many arbitrary ones; and a plugin on the
// vendor's, which answers through the adapter.
func TestGoCompiles(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return // it compiles what it generates
	}
	dir := t.TempDir()
	pdk, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "go.mod", "module example\n\ngo 1.26\n\nrequire github.com/dougong-dev/dougong/pdk/go v0.0.0\n\nreplace github.com/dougong-dev/dougong/pdk/go => "+pdk+"\n")
	list := append(standard(t), face(t))
	for seed := range uint64(60) {
		a := &arbitrary{Rand: rand.New(rand.NewPCG(seed, 3))}
		c, err := contract.Parse("a.yaml", []byte(a.contract()))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, c)
	}
	for i, c := range list {
		f, err := generate.One(generate.Go, c, generate.Options{})
		if err != nil {
			t.Fatal(err)
		}
		folder := fmt.Sprintf("p%d", i)
		if c.Capability == "com.acme.face/v1" {
			folder = "face"
		}
		write(t, dir, filepath.Join(folder, f.Name), string(f.Data))
	}
	write(t, dir, "face/face_test.go", provider)
	for _, args := range [][]string{{"vet", "./..."}, {"test", "./face"}} {
		cmd := exec.Command("go", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off", "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

const provider = `package face

import (
	"errors"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/pdktest"
)

type acme struct{}

func (acme) AcmeFace(_ *pdk.Context, in AcmeFaceParams) (AcmeFaceResult, error) {
	if len(in.Image) == 0 {
		return AcmeFaceResult{}, ErrNoFace("the picture is empty")
	}
	crop := pdk.Blob(in.Image[:1])
	return AcmeFaceResult{
		Score: *in.Threshold, Boxes: []Box{{Width: int64(len(in.Image)), Height: 1}},
		More: &AcmeFaceResultMore{At: string(in.Class), Crop: &crop}, Raw: in.Other,
	}, nil
}
func (acme) AcmeFaceParams2(*pdk.Context, struct{}) (map[string]pdk.Any, error) {
	return map[string]pdk.Any{"we\"ird\\key": {JSON: []byte("1")}}, nil
}
func (acme) WatchFace(*pdk.Context, WatchFaceParams) (struct{}, error)             { return struct{}{}, nil }
func (acme) WatchFaceDelete(*pdk.Context, WatchFaceDeleteParams) (struct{}, error) { return struct{}{}, nil }
func (acme) WatchFaceNew(*pdk.Context, struct{}) (struct{}, error)                 { return struct{}{}, nil }
func (acme) WatchFaceNew2(*pdk.Context, WatchFaceNewParams) (struct{}, error)      { return struct{}{}, nil }

func TestProvider(t *testing.T) {
	h := pdktest.New(t, pdk.New("com.acme.face", "1.0.0").Provide(Capability, Methods(acme{})))
	half, other := 0.5, pdk.Any{Blob: pdk.Blob("picture")}
	var out AcmeFaceResult
	in := AcmeFaceParams{Image: pdk.Blob("abc"), Class: AcmeFaceParamsClassSelfie, Threshold: &half, Other: &other}
	if err := h.Call(Capability, MethodAcmeFace, in, &out); err != nil {
		t.Fatal(err)
	}
	if out.Score != 0.5 || out.Boxes[0].Width != 3 || out.More.At != "selfie" || string(*out.More.Crop) != "a" || string(out.Raw.Blob) != "picture" {
		t.Errorf("got %+v", out)
	}
	var failure *pdk.Error
	if err := h.Call(Capability, MethodAcmeFace, AcmeFaceParams{Class: AcmeFaceParamsClassIdCard}, nil); !errors.As(err, &failure) || failure.Code != CodeNoFace || failure.Name != "no-face" {
		t.Errorf("got %v", err)
	}
	var weird map[string]int
	if err := h.Call(Capability, MethodAcmeFaceParams, struct{}{}, &weird); err != nil || weird["we\"ird\\key"] != 1 {
		t.Errorf("got %v, %v", weird, err)
	}
}
`
