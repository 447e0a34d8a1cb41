package inside_test

import (
	"context"
	"testing"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/core/plugin/inside"
	"github.com/dougong-dev/dougong/internal/benchline"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// BenchmarkCall is what a call costs that may be left alone when its time is over, beside the method on the caller's goroutine.
func BenchmarkCall(b *testing.B) {
	p := pdk.New("com.acme.echo", "1.0.0").Provide("com.acme.echo/v1", pdk.Methods{
		"echo": func(_ *pdk.Context, in pdk.Payload) (pdk.Payload, error) { return in, nil },
	})
	m := &manifest.Manifest{ID: "com.acme.echo", Version: "1.0.0", Limits: manifest.Limits{CallTimeout: manifest.DefaultCallTimeout}}
	i, err := inside.New(others{}, map[string]*pdk.Plugin{"com.acme.echo": p}).Start(b.Context(), plugin.Spec{Manifest: m, Services: &world{}})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = i.Close(context.WithoutCancel(b.Context())) })
	call := &capability.Call{Info: pdk.Info{Capability: "com.acme.echo/v1", Method: "echo"}, Payload: pdk.Payload{JSON: make([]byte, 100)}}
	var each [2]float64
	for n, c := range []struct {
		name string
		do   func() error
	}{
		{"method alone", func() error {
			_, err := p.Dispatch(pdk.NewContext(b.Context(), call.Info, nil), call.Payload)
			return err
		}},
		{"call", func() error { _, err := i.Call(b.Context(), call); return err }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := c.do(); err != nil {
					b.Fatal(err)
				}
			}
			each[n] = float64(b.Elapsed().Nanoseconds()) / float64(b.N)
		})
	}
	benchline.Line{Name: "inside-call-100B", Value: each[1], Unit: "ns", Peer: "method-alone", Ratio: each[1] / each[0]}.Print()
}
