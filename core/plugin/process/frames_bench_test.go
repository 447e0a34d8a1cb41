package process

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/internal/benchline"
	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/core/plugin/internal/suite"
	"github.com/dougong-dev/dougong/pdk/go"
)

// rawEnv makes the test binary a server on that socket that sends back every 64 KiB it gets.
const rawEnv = "DOUGONG_TEST_RAW"

const rawSize = 64 << 10

func runRaw(socket string) error {
	l, err := net.Listen("unix", socket)
	if err != nil {
		return err
	}
	fmt.Println("ready")
	c, err := l.Accept()
	if err != nil {
		return err
	}
	for b := make([]byte, rawSize); ; {
		if _, err := io.ReadFull(c, b); err != nil {
			return err
		}
		if _, err := c.Write(b); err != nil {
			return err
		}
	}
}

// rawClient connects to the raw server, in a process of its own.
func rawClient(b *testing.B) net.Conn {
	b.Helper()
	socket := filepath.Join(b.TempDir(), "s")
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), rawEnv+"="+socket)
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	if _, err := fmt.Fscanln(out, new(string)); err != nil {
		b.Fatal(err)
	}
	c, err := net.Dial("unix", socket)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = c.Close()
		_ = cmd.Wait()
	})
	return c
}

// caller starts the sample plugin and returns what calls its echo with so many bytes, through the dispatch chain.
func caller(b *testing.B, opts Options, payload pdk.Payload, buffer []byte) func() {
	b.Helper()
	s := suite.Suite{Kind: suite.Process, Runtime: New(opts)}
	p := s.Start(b, func(spec *plugin.Spec) {
		m := *spec.Manifest
		m.Limits.Concurrency = 64
		spec.Manifest = &m
	})
	if fast := p.Instance.(*process).fast.conn != nil; fast == opts.NoFrames {
		b.Fatalf("frames are used: %t", fast)
	}
	chain := chained(b, p, payload)
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	b.Cleanup(cancel)
	return func() {
		call := &capability.Call{Info: suite.Info("echo"), Payload: payload, Buffer: buffer}
		if out, err := chain.Answer(ctx, call); err != nil || out.Size() != payload.Size() {
			b.Error(out.Size(), err)
		}
	}
}

func hundred() pdk.Payload { return pdk.Payload{JSON: []byte(`"` + strings.Repeat("x", 98) + `"`)} }

// compared runs two functions in turns, so that both see the same machine, and returns how long each takes in its median
// batch, as all our comparisons do.
func compared(b *testing.B, batch int, ours, theirs func()) (float64, float64) {
	var mine, other []time.Duration
	for range 3 * batch {
		ours()
		theirs()
	}
	for b.Loop() {
		mine = append(mine, timed(batch, ours))
		other = append(other, timed(batch, theirs))
	}
	return median(mine) / float64(batch), median(other) / float64(batch)
}

// BenchmarkFrames measures a lone call of 100 bytes against the same plugin's calls over go-plugin's gRPC, on one processor and
// wherever the system puts both sides.
func BenchmarkFrames(b *testing.B) {
	ours, theirs := caller(b, Options{}, hundred(), nil), caller(b, Options{NoFrames: true}, hundred(), nil)
	b.Run("anywhere", func(b *testing.B) {
		a, z := compared(b, 50, ours, theirs)
		benchline.Line{Name: "frames-100B-anywhere", Value: a, Unit: "ns", Peer: "go-plugin-grpc", Ratio: z / a}.Print()
	})
	onOneProcessor(b)
	b.Run("lone", func(b *testing.B) { lone(b, ours, theirs) })
}

func lone(b *testing.B, ours, theirs func()) {
	a, z := compared(b, 50, ours, theirs)
	b.ReportMetric(a, "ours-ns/call")
	b.ReportMetric(z, "grpc-ns/call")
	benchline.Line{Name: "frames-100B", Value: a, Unit: "ns", Peer: "go-plugin-grpc", Ratio: z / a, AtLeast: 3}.Print()
	benchline.Line{Name: "frames-100B-allocs", Value: testing.AllocsPerRun(1000, ours), Unit: "allocs"}.Print()
}

// together lets 64 callers make n calls.
func together(n int, call func()) func() {
	return func() {
		var wg sync.WaitGroup
		for range 64 {
			wg.Go(func() {
				for range n / 64 {
					call()
				}
			})
		}
		wg.Wait()
	}
}

// BenchmarkFrames64Callers measures how many calls of 100 bytes are carried out by 64 callers at a time.
func BenchmarkFrames64Callers(b *testing.B) {
	const n = 64 * 20
	ours, theirs := caller(b, Options{}, hundred(), nil), caller(b, Options{NoFrames: true}, hundred(), nil)
	a, z := compared(b, 1, together(n, ours), together(n, theirs))
	b.ReportMetric(n/a*1e9, "ours-calls/s")
	b.ReportMetric(n/z*1e9, "grpc-calls/s")
	benchline.Line{Name: "frames-100B-64-callers", Value: n / a * 1e9, Unit: "calls/s", Peer: "go-plugin-grpc", Ratio: z / a, AtLeast: 8}.Print()
}

// BenchmarkFrames64KiB measures a call of 64 KiB against sending the same bytes to and fro over a bare socket. Both sides
// read into memory that they have used before, and both run on one processor; and again wherever the system puts them.
func BenchmarkFrames64KiB(b *testing.B) {
	ours := caller(b, Options{}, pdk.Payload{JSON: []byte(`{"$blob":0}`), Blobs: [][]byte{make([]byte, rawSize-11)}}, make([]byte, rawSize+4096))
	c, buf := rawClient(b), make([]byte, rawSize)
	raw := func() {
		if _, err := c.Write(buf); err != nil {
			b.Fatal(err)
		}
		if _, err := io.ReadFull(c, buf); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("anywhere", func(b *testing.B) {
		a, z := compared(b, 20, ours, raw)
		benchline.Line{Name: "frames-64KiB-anywhere", Value: a, Unit: "ns", Peer: "raw-unix-socket", Ratio: a / z}.Print()
	})
	onOneProcessor(b)
	b.Run("large", func(b *testing.B) { large(b, ours, raw) })
}

func large(b *testing.B, ours, raw func()) {
	a, z := compared(b, 20, ours, raw)
	b.ReportMetric(a, "ours-ns/call")
	b.ReportMetric(z, "raw-ns/call")
	benchline.Line{Name: "frames-64KiB", Value: a, Unit: "ns", Peer: "raw-unix-socket", Ratio: a / z, AtMost: 1.5}.Print()
	benchline.Line{Name: "frames-64KiB-allocs", Value: testing.AllocsPerRun(100, ours), Unit: "allocs"}.Print()
}

// BenchmarkStart measures how long a plugin takes from its start until it can be called, and where that time goes.
func BenchmarkStart(b *testing.B) {
	spec := plugin.Spec{Manifest: suite.Manifest(b, suite.Process), Dir: suite.Dir(b, suite.Process), Services: suite.NewHost()}
	ctx := context.Background()
	var total, exe, describe, overGRPC []time.Duration
	start := func(opts Options) time.Duration {
		began := time.Now()
		p, err := New(opts).Start(ctx, spec)
		took := time.Since(began)
		if err != nil {
			b.Fatal(err)
		}
		describe = append(describe, timed(1, func() {
			if _, err := p.Describe(ctx); err != nil {
				b.Fatal(err)
			}
		}))
		if err := p.Close(ctx); err != nil {
			b.Fatal(err)
		}
		return took
	}
	for b.Loop() {
		total = append(total, start(Options{}))
		overGRPC = append(overGRPC, start(Options{NoFrames: true}))
		exe = append(exe, timed(1, func() { _ = exec.Command(filepath.Join(spec.Dir, "sample")).Run() })) // says what it is, and exits
	}
	t, e, d, g := median(total), median(exe), median(describe), median(overGRPC)
	benchline.Line{Name: "process-start", Value: t / 1e6, Unit: "ms"}.Print()
	for _, share := range []struct {
		name  string
		value float64
	}{{"exec", e}, {"describe", d}, {"frames", max(t-g, 0)}, {"handshake", max(min(t, g)-e, 0)}} {
		benchline.Line{Name: "process-start-" + share.name, Value: 100 * share.value / t, Unit: "%"}.Print()
	}
}
