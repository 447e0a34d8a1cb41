package peerbench

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/dougong-dev/dougong/core/internal/benchline"
	"github.com/dougong-dev/dougong/core/internal/peerbench/protoecho"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
	"github.com/tetratelabs/wazero"
)

// guest builds a Go guest of this module.
func guest(tb testing.TB, folder string) string {
	tb.Helper()
	out := filepath.Join(tb.TempDir(), "guest.wasm")
	cmd := exec.Command("go", "build", "-buildmode=c-shared", "-o", out, folder)
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0")
	if text, err := cmd.CombinedOutput(); err != nil {
		tb.Fatalf("build %s: %v\n%s", folder, err, text)
	}
	return out
}

// goSides are two guests in Go that do the same: ours through the runtime, with termination unless it is trusted, and
// theirs as go-plugin loads it, without.
func goSides(tb testing.TB, trusted bool) (mine, peer side) {
	tb.Helper()
	code, err := os.ReadFile(guest(tb, "./ourecho"))
	if err != nil {
		tb.Fatal(err)
	}
	ctx := context.Background()
	// Real clocks, as ours have; the rest is go-plugin's own choice.
	loader, err := protoecho.NewEchoPlugin(ctx, protoecho.WazeroModuleConfig(wazero.NewModuleConfig().WithStartFunctions("_initialize").WithSysWalltime().WithSysNanotime()))
	if err != nil {
		tb.Fatal(err)
	}
	p, err := loader.Load(ctx, guest(tb, "./protoecho/guest"))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = p.Close(ctx) })
	k, _ := chain(tb, code, manifest.ABINative, trusted)
	return chainSide(tb, k), side{"knqyf263-go-plugin", func(in []byte) ([]byte, error) {
		out, err := p.Say(ctx, &protoecho.Text{Text: string(in)})
		return []byte(out.GetText()), err
	}}
}

// TestMeasuredGo asserts that both give back the very bytes.
func TestMeasuredGo(t *testing.T) {
	t.Parallel()
	mine, peer := goSides(t, false)
	trusted, _ := goSides(t, true)
	for _, s := range []side{mine, trusted, peer} {
		for _, size := range []int{22, 100, 64 << 10} {
			in := chainBody(size)
			if out, err := s.call(in); err != nil || string(out) != string(in) {
				t.Errorf("%s: %d of %d bytes, %v", s.name, len(out), size, err)
			}
		}
	}
}

// BenchmarkGo compares an echo in Go on our ABI with one on knqyf263/go-plugin: as any plugin, which can be stopped, and
// trusted, which cannot, as theirs cannot.
func BenchmarkGo(b *testing.B) {
	for _, size := range sizes {
		for _, trusted := range []bool{false, true} {
			line := benchline.Line{Name: "native-go-" + size.name, AtLeast: 1}
			if trusted {
				line.Name += "-trusted"
			}
			b.Run(line.Name, func(b *testing.B) {
				mine, peer := goSides(b, trusted)
				compare(b, line, mine, peer, chainBody(size.bytes), size.calls, size.rounds)
			})
		}
	}
}
