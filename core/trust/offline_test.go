package trust_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/dougong-dev/dougong/core/bundle"
	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/translog"
)

func TestOfflineFile(t *testing.T) {
	eachAlgorithm(t, func(t *testing.T, w *world) {
		e := w.evidence("1.2.0")
		artifact := []byte("linux/amd641.2.0")
		var a, b bytes.Buffer
		check(t, trust.WriteOffline(&a, trust.KindPlugin, artifact, e))
		check(t, trust.WriteOffline(&b, trust.KindPlugin, artifact, e))
		if !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Error("the same artifact and evidence gave different bytes")
		}
		dir := t.TempDir()
		name := filepath.Join(dir, "pay"+trust.OfflineSuffix)
		check(t, os.WriteFile(name, a.Bytes(), 0o600))
		o, err := trust.OpenOffline(name)
		check(t, err)
		defer o.Close()
		measured, err := o.Measure(w.suite)
		check(t, err)
		measured.Platform = "linux/amd64"
		wants(t, trust.Verify(t.Context(), measured, o.Evidence, w.options()))
		out := filepath.Join(dir, "pay.dgp")
		check(t, o.Extract(out))
		if got, err := os.ReadFile(out); err != nil || !bytes.Equal(got, artifact) {
			t.Errorf("extracted %q, %v", got, err)
		}
		if err := o.Extract(out); err == nil {
			t.Error("a file that is there was written over")
		}
	})
}

func TestOfflineFileRefuses(t *testing.T) {
	t.Parallel()
	for name, files := range map[string]map[string][]byte{
		"no artifact": {"evidence.json": []byte("{}")}, "no evidence": {"artifact.dgp": nil}, "three files": {"artifact.dgp": nil, "evidence.json": []byte("{}"), "x": nil},
		"bad evidence": {"artifact.dgp": nil, "evidence.json": []byte(`{"x":1}`)},
	} {
		var b bytes.Buffer
		check(t, bundle.Write(&b, files))
		path := filepath.Join(t.TempDir(), "x.dgo")
		check(t, os.WriteFile(path, b.Bytes(), 0o600))
		if o, err := trust.OpenOffline(path); err == nil {
			t.Errorf("%s: opened as %+v", name, o)
		}
	}
	if _, err := trust.OpenOffline("missing.dgo"); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

func FuzzParseEvidence(f *testing.F) {
	w := newWorld(f, gm.Ed25519)
	e := w.evidence("1.0.0")
	f.Add(e.Bytes())
	f.Add([]byte(`{"statements":[{"envelope":null}]}`))
	suite, root := w.suite, w.root
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := trust.ParseEvidence(data)
		if err != nil {
			return
		}
		v := trust.Verify(t.Context(), trust.Artifact{SHA256: "00", Platform: "linux/amd64"}, e, trust.Options{Suite: suite, Root: root})
		if v.OK() {
			t.Errorf("an artifact of no release passed:\n%s", v)
		}
	})
}

func FuzzOpenHead(f *testing.F) {
	w := newWorld(f, gm.SM2)
	e := w.evidence("1.0.0")
	a := anchors(f, w)
	good, err := translog.Open(w.suite, e.Head, a.Log, a.Witnesses)
	check(f, err)
	f.Add(e.Head)
	suite, tree := w.suite, good.Tree
	f.Fuzz(func(t *testing.T, text string) {
		h, err := translog.Open(suite, text, a.Log, a.Witnesses)
		if err == nil && h.Tree != tree {
			t.Errorf("a head that nobody signed: %q", text)
		}
	})
}
