package process

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/core/plugin/internal/suite"
	"github.com/dougong-dev/dougong/core/plugin/process/sandbox"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/frames"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// byFrames reports whether calls of a plugin go over frames.
func byFrames(p *suite.Plugin) bool { return p.Instance.(*process).fast.conn != nil }

// TestNegotiation checks which path is taken, and that both are.
func TestNegotiation(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		opts    Options
		before  string // what a script does before it becomes the sample plugin
		fast    bool
		offered bool   // by the plugin
		log     string // what is said about it
	}{
		{"both", Options{}, "", true, true, ""},
		{"host without", Options{NoFrames: true}, "", false, false, ""},
		{"plugin without", Options{}, "unset DOUGONG_FRAMES", false, false, ""},
		{"other token", Options{}, "export DOUGONG_FRAMES=" + strings.Repeat("0", 64), false, true, "cannot be reached that way; it is called over gRPC"},
		{"cannot listen", Options{}, `mkdir "$PLUGIN_UNIX_SOCKET_DIR"/frames`, false, false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if c.before != "" {
				c.opts.Sandbox = sandbox.Off // a confined script may not become the plugin
			}
			s := suite.Suite{Kind: suite.Process, Runtime: New(c.opts)}
			p := s.Start(t, func(spec *plugin.Spec) {
				if c.before != "" {
					wrap(t, spec, c.before)
				}
			})
			if byFrames(p) != c.fast {
				t.Errorf("frames are used: %t", byFrames(p))
			}
			d, err := p.Describe(context.Background())
			if err != nil || slices.Equal(d.Features, []string{frames.Feature, frames.SharedFeature}) != c.offered {
				t.Errorf("features %v, %v", d.Features, err)
			}
			p.Alive()
			if c.log != "" {
				ctx, cancel := context.WithTimeout(context.Background(), suite.Patience)
				defer cancel()
				if l, err := p.Host.WaitLog(ctx, c.log); err != nil || l.Fields["error"] == "" {
					t.Errorf("%+v, %v", l, err)
				}
			}
		})
	}
}

// wrap makes the plugin a script that does something and then becomes the sample plugin.
func wrap(t *testing.T, spec *plugin.Spec, before string) {
	t.Helper()
	dir := t.TempDir()
	text := fmt.Sprintf("#!/bin/sh\n%s\nexec %s/sample\n", before, spec.Dir)
	if err := os.WriteFile(filepath.Join(dir, "run"), []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	suite.WriteManifest(t, dir, "runtime: {process: {any: run}}\n")
	m, err := manifest.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	spec.Manifest, spec.Dir = m, dir
}

// header of a frame as a plugin may write it.
func header(size uint32, kind, flags byte, id uint64) pdk.Blob {
	b := binary.LittleEndian.AppendUint32(nil, size)
	return binary.LittleEndian.AppendUint64(append(b, kind, flags, 0, 0), id)
}

// TestGarbage lets a plugin write into its connection what does not belong there, with calls under way: it is killed, all
// of them are told why, and the host is unharmed.
func TestGarbage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		send pdk.Blob
		want string
	}{
		{"text", pdk.Blob("hello, this is no frame"), "a frame of kind 111, expected 1 to 13"},
		{"huge", header(1<<31, 3, 0, 1), "a reply frame with a body of 2147483648 bytes, expected 1 to 262144"},
		{"reply to nothing", append(header(1, 3, 0, 1<<60), 'x'), "a reply to call 1152921504606846976, which is not open"},
		{"a host's frame", header(0, 9, 0, 0), "a credit frame from the plugin, which may not send it"},
		{"a slot that is not its own", append(header(8, 3, 16, 1), 0, 0, 0, 0, 1, 0, 0, 0), "a reply in slot 0, expected 8 to 15"},
		{"more than a slot", append(header(8, 3, 16, 1), 8, 0, 0, 0, 1, 0, 2, 0), "a reply of 131073 bytes in slot 8, expected 1 to 131072"},
		{"closed", nil, "the plugin closed the connection"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := newSuite().Start(t, nil)
			p.Host.Block, p.Host.Entered = make(chan struct{}), make(chan string)
			var wg sync.WaitGroup
			for range 3 {
				wg.Go(func() {
					err := p.Do(suite.Info("confirm"), nil, nil)
					if pdk.Code(err) != pdk.CodeUnavailable || !strings.Contains(err.Error(), `confirm was cut off: plugin "com.example.sample" was killed because its connection broke`) || !strings.Contains(err.Error(), c.want) {
						t.Errorf("a call under way: %v", err)
					}
				})
			}
			for range 3 {
				<-p.Host.Entered
			}
			_ = p.Do(suite.Info("garble"), map[string]any{"data": c.send}, nil)
			ended(t, p)
			wg.Wait()
			if err := p.Err(); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Err() = %v, want %q", err, c.want)
			}
		})
	}
}

// TestSupervisedGarbage checks that a plugin that broke its connection is started again and called over a new one.
func TestSupervisedGarbage(t *testing.T) {
	t.Parallel()
	super := plugin.NewSupervisor(plugin.SupervisorOptions{Process: New(Options{}), MinBackoff: time.Millisecond})
	s := suite.Suite{Kind: suite.Process, Runtime: super}
	p := s.Start(t, nil)
	for range 3 {
		before := pidOf(t, p)
		_ = p.Do(suite.Info("garble"), map[string]any{"data": pdk.Blob("garbage garbage!")}, nil)
		for deadline := time.Now().Add(suite.Patience); ; time.Sleep(time.Millisecond) {
			var w struct {
				PID int `json:"pid"`
			}
			if err := p.Do(suite.Info("world"), nil, &w); err == nil && w.PID != before {
				break
			}
			if time.Now().After(deadline) {
				t.Fatal("it is not started again")
			}
		}
	}
}

// TestManyCallers has 64 callers call at a time, with results in parts among them.
func TestManyCallers(t *testing.T) {
	t.Parallel()
	p := newSuite().Start(t, func(spec *plugin.Spec) {
		m := *spec.Manifest
		m.Limits.Concurrency, m.Limits.MemoryMB = 64, 512
		spec.Manifest = &m
	})
	if !byFrames(p) {
		t.Fatal("frames are not used")
	}
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			for j := range 100 {
				in, out := []int{i, j}, []int{}
				if err := p.Do(suite.Info("echo"), in, &out); err != nil || fmt.Sprint(in) != fmt.Sprint(out) {
					t.Errorf("echo %v = %v, %v", in, out, err)
				}
			}
			var out pdk.Blob
			if err := p.Do(suite.Info("huge"), map[string]int{"ms": 1 << 20}, &out); err != nil || len(out) != 1<<20 {
				t.Errorf("huge: %d bytes, %v", len(out), err)
			}
		})
	}
	wg.Wait()
}
