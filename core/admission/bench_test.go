package admission_test

import (
	"crypto/rand"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/admission"
	"github.com/dougong-dev/dougong/core/internal/benchline"
)

// The door of a super-app with 20 plugins that were installed before: signatures, log proofs, lists, and the state that is
// remembered. Bundles are small here: reading their bytes is measured apart.
func BenchmarkStart(b *testing.B) {
	for _, c := range []struct {
		name string
		size int
	}{{"admission-20-start", 4 << 10}, {"admission-20-start-4MiB", 4 << 20}} {
		x := newSigned(b)
		var paths []string
		all := 0
		for i := range 20 {
			data := make([]byte, c.size)
			if _, err := rand.Read(data); err != nil {
				b.Fatal(err)
			}
			paths = append(paths, x.add(b, fmt.Sprintf("com.acme.p%d", i), map[string][]byte{"plugin.yaml": []byte("id: p\n"), "pay.png": data}))
			info, err := os.Stat(paths[i])
			check(b, err)
			all += int(info.Size())
		}
		x.again(b, paths)
		admit := func() {
			g := x.gate(b, nil) // as a process begins
			for _, p := range paths {
				_, err := g.Admit(p)
				check(b, err)
			}
		}
		admit() // installs
		took, openssl := time.Duration(1<<62), time.Duration(1<<62)
		for range 5 {
			began := time.Now()
			admit()
			took = min(took, time.Since(began))
			began = time.Now()
			out, err := exec.Command("openssl", append([]string{"dgst", "-sha256"}, paths...)...).CombinedOutput()
			if err != nil {
				b.Fatalf("openssl: %v\n%s", err, out)
			}
			openssl = min(openssl, time.Since(began))
		}
		ms := float64(took.Microseconds()) / 1000
		if c.size < 1<<20 {
			benchline.Line{Name: c.name, Value: ms, Unit: "ms", AtMost: 50}.Print()
			continue
		}
		rate := func(d time.Duration) float64 { return float64(all) / d.Seconds() / 1e6 }
		benchline.Line{Name: c.name, Value: rate(took), Unit: "MB/s", Peer: "openssl-dgst", Ratio: rate(took) / rate(openssl)}.Print()
	}
	for b.Loop() { // what is measured stands above; the loop only satisfies the tool
		_ = admission.StateFile
	}
}
