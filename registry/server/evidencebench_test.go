package server_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/internal/benchline"
	"github.com/dougong-dev/dougong/registry/internal/regtest"
	"github.com/dougong-dev/dougong/registry/store"
)

// offered adds releases that metadata is published of. They are in no log: what is measured does not look.
func offered(b *testing.B, r *regtest.Registry, from, to int) {
	b.Helper()
	ctx := context.Background()
	p, err := r.Store().Package(ctx, store.Plugin, "com.acme.face")
	must(b, err)
	claim := r.Claim(store.Plugin, "com.acme", "com.acme.face", "", []byte("x"))
	must(b, r.Store().Update(ctx, func(tx store.Tx) error {
		last, err := tx.LastRelease(ctx)
		for i := from; i < to && err == nil; i++ {
			claim.Version = fmt.Sprintf("2.%d.0", i)
			s, _ := envelope.NewRelease(claim)
			var e *envelope.Envelope
			if e, err = s.Wrap(); err == nil {
				err = tx.AddRelease(ctx, &store.Release{Package: p.ID, Version: claim.Version, Meta: []byte("{}"), Page: []byte("{}"), Envelope: e.Bytes(), Leaf: last + int64(i-from)})
			}
		}
		return err
	}))
	must(b, r.House().PublishMetadata(ctx))
}

// BenchmarkEvidence asks for evidence, and publishes metadata, of few and of many versions.
func BenchmarkEvidence(b *testing.B) {
	total := 20_000
	if v := os.Getenv("REGISTRY_BENCH_OFFERED"); v != "" {
		var err error
		total, err = strconv.Atoi(v)
		must(b, err)
	}
	r := regtest.Start(b, nil)
	r.Publish("com.acme.face", "1.0.0", nil)
	one := func(from int) time.Duration {
		const turns = 9
		at := time.Now()
		for i := range turns {
			offered(b, r, from+i, from+i+1)
		}
		return time.Since(at) / turns
	}
	offered(b, r, 0, total/100)
	few := one(total / 100)
	offered(b, r, total/100+9, total)
	many := one(total)
	benchline.Line{Name: "registry-metadata-publish", Value: float64(many.Microseconds()), Unit: "us", Peer: fmt.Sprintf("at-%d-versions", total/100), Ratio: float64(many) / float64(few)}.Print()
	address := r.URL + "/v1/plugins/com.acme.face/1.0.0/evidence/linux/amd64"
	res, err := http.Get(address)
	must(b, err)
	must(b, res.Body.Close())
	get := func(tag string) func(int) *http.Request {
		return func(int) *http.Request {
			req, err := http.NewRequest(http.MethodGet, address, nil)
			must(b, err)
			req.Header.Set("Authorization", "Bearer "+r.Token)
			if tag != "" {
				req.Header.Set("If-None-Match", tag)
			}
			return req
		}
	}
	full, p99 := rate(b, get(""), http.StatusOK)
	benchline.Line{Name: "registry-evidence", Value: full, Unit: "1/s"}.Print()
	benchline.Line{Name: "registry-evidence-p99", Value: float64(p99.Microseconds()), Unit: "us"}.Print()
	// Sizes of the log that are beyond it change nothing but the name that evidence is kept under: each is made anew.
	var size atomic.Int64
	made, p99 := rate(b, func(i int) *http.Request {
		req := get("")(i)
		req.URL.RawQuery = "known=" + strconv.FormatInt(1<<40+size.Add(1), 10)
		return req
	}, http.StatusOK)
	benchline.Line{Name: "registry-evidence-made", Value: made, Unit: "1/s"}.Print()
	benchline.Line{Name: "registry-evidence-made-p99", Value: float64(p99.Microseconds()), Unit: "us"}.Print()
	same, p99 := rate(b, get(res.Header.Get("ETag")), http.StatusNotModified)
	benchline.Line{Name: "registry-evidence-conditional", Value: same, Unit: "1/s"}.Print()
	benchline.Line{Name: "registry-evidence-conditional-p99", Value: float64(p99.Microseconds()), Unit: "us"}.Print()
}
