package server_test

import (
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/admission"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/dougong-dev/dougong/registry/internal/regtest"
)

// defaults is a host of a configuration that says nothing but where the root is.
type defaults struct {
	t    *testing.T
	gate *admission.Gate
	dir  string
	now  time.Time
}

func (a *apart) defaults(t *testing.T) *defaults {
	t.Helper()
	d := &defaults{t: t, dir: t.TempDir(), now: time.Now()}
	root := filepath.Join(d.dir, "root.json")
	must(t, os.WriteFile(root, a.root, 0o600))
	cfg := config.Default()
	cfg.Data, cfg.Trust.Root = d.dir, root
	var err error
	d.gate, err = admission.New(cfg, admission.Options{Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return d.now }})
	must(t, err)
	return d
}

// install brings a version with evidence before the gate.
func (d *defaults) install(version string, e *trust.Evidence) error {
	d.t.Helper()
	name := filepath.Join(d.dir, "com.acme.face-"+version+".dgp")
	must(d.t, os.WriteFile(name, regtest.Plugin(d.t, "com.acme.face", version, nil), 0o600))
	must(d.t, os.WriteFile(name+trust.EvidenceSuffix, e.Bytes(), 0o600))
	_, err := d.gate.Install(name)
	return err
}

// without is evidence whose metadata is left out, all of it or the timestamp alone.
func without(e *trust.Evidence, names ...string) *trust.Evidence {
	out := *e
	out.Metadata = maps.Clone(e.Metadata)
	for name := range out.Metadata {
		if len(names) == 0 && !strings.HasSuffix(name, ".root.json") {
			delete(out.Metadata, name)
		}
	}
	for _, name := range names {
		delete(out.Metadata, name)
	}
	return &out
}

// TestDefaultsNoticeOldEvidence: replay, freeze, mixed files and a takedown list that is held back, against hosts that were
// configured by nothing but a root, on the first contact and after one.
func TestDefaultsNoticeOldEvidence(t *testing.T) {
	t.Parallel()
	a := inProcess(t)
	a.Publish("com.acme.face", "1.0.0", nil)
	old := evidence(t, a.URL, "1.0.0")
	a.Publish("com.acme.face", "1.1.0", nil)
	now := evidence(t, a.URL, "1.1.0")
	mixed := without(now)
	for name, data := range now.Metadata {
		mixed.Metadata[name] = data
	}
	mixed.Metadata["timestamp.json"] = old.Metadata["timestamp.json"]
	k, err := key.Generate(a.Suite, gm.SM2)
	must(t, err)
	request, err := cert.NewRequest(t.Context(), a.Suite, cert.Holder{Name: "Ops", Organisation: "House", Role: cert.Operator}, k)
	must(t, err)
	c, err := a.authority(t).Issue(t.Context(), request, time.Hour)
	must(t, err)
	s, err := envelope.NewTakedown(envelope.Takedown{Serial: 1, Issued: time.Now().Unix(), Entries: []envelope.TakedownEntry{{ID: "com.acme.face", Versions: []string{"1.0.0"}, Reason: "leaks"}}})
	must(t, err)
	signed := sign(t, a.Registry, s, k)
	signed.Certificates = c.PEM()
	_, err = a.Client.TakeDown(t.Context(), signed)
	must(t, err)
	newest := evidence(t, a.URL, "1.1.0")
	withheld := evidence(t, a.URL, "1.0.0")
	withheld.Takedown = nil

	day := 36 * time.Hour
	for name, attack := range map[string]struct {
		version string
		e       *trust.Evidence
		later   time.Duration
		seen    bool // the host has seen the newest before
	}{
		"replayed, first contact, no metadata":        {"1.0.0", without(old), 0, false},
		"replayed, first contact, no timestamp":       {"1.0.0", without(old, "timestamp.json"), 0, false},
		"replayed":                                    {"1.0.0", old, 0, true},
		"replayed, no metadata":                       {"1.0.0", without(old), 0, true},
		"frozen, first contact":                       {"1.1.0", now, day, false},
		"frozen, first contact, no metadata":          {"1.1.0", without(now), day, false},
		"frozen":                                      {"1.1.0", newest, day, true},
		"frozen, no metadata":                         {"1.1.0", without(newest), day, true},
		"mixed, first contact":                        {"1.1.0", mixed, 0, false},
		"mixed, first contact, no timestamp":          {"1.1.0", without(mixed, "timestamp.json"), 0, false},
		"takedown held back, first contact":           {"1.0.0", withheld, 0, false},
		"takedown held back, first contact, stripped": {"1.0.0", without(withheld), 0, false},
		"takedown held back by old, no metadata":      {"1.0.0", without(old), 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			host := a.defaults(t)
			if attack.seen {
				must(t, host.install("1.1.0", newest))
			}
			host.now = host.now.Add(attack.later)
			err := host.install(attack.version, attack.e)
			if err == nil || !strings.Contains(err.Error(), "metadata: ") {
				t.Errorf("installed, or refused for something else: %v", err)
			}
		})
	}
	host := a.defaults(t)
	must(t, host.install("1.1.0", newest))
}
