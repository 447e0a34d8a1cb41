package install_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/admission"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/hosts/install"
	"github.com/dougong-dev/dougong/hosts/internal/housetest"
)

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// house is one whose hosts are tested.
type house struct{ *housetest.House }

func newHouse(t testing.TB) *house {
	t.Helper()
	return &house{housetest.New(t)}
}

// host is one that has its data in a folder.
type host struct {
	*install.Manager
	house *house
	gate  *admission.Gate
	data  string
}

func (h *house) host(data string, sources ...install.Source) *host {
	h.T.Helper()
	cfg := config.Default()
	cfg.Data, cfg.Dir, cfg.Trust.Root = data, data, h.Root
	cfg.Trust.Metadata = false // the house has no registry
	quiet := slog.New(slog.DiscardHandler)
	gate, err := admission.New(cfg, admission.Options{Logger: quiet, Now: h.Now})
	check(h.T, err)
	if sources == nil {
		sources = []install.Source{h.source(h.Shop)}
	}
	return &host{install.Open(install.Options{Dir: data, Gate: gate, Sources: sources, Logger: quiet, Now: h.Now}), h, gate, data}
}

func (h *house) source(where string) install.Source {
	h.T.Helper()
	s, err := install.OpenSource(where, "")
	check(h.T, err)
	return s
}

func (h *host) install(wants ...string) (*install.Change, error) {
	h.house.T.Helper()
	var list []install.Want
	for _, w := range wants {
		want, err := install.ParseWant(w)
		check(h.house.T, err)
		list = append(list, want)
	}
	return h.Install(context.Background(), list)
}

// versions is what is installed, as "id version" joined, after each file was held against its digest.
func (h *host) versions() string {
	h.house.T.Helper()
	l, err := h.Ledger()
	check(h.house.T, err)
	return h.ofGeneration(l.Current)
}

func (h *host) ofGeneration(g install.Generation) string {
	h.house.T.Helper()
	var out []string
	for _, item := range g.Items {
		a, err := trust.MeasureFile(h.house.Suite, h.Path(item))
		check(h.house.T, err)
		if a.SHA256 != item.SHA256 || a.Size != item.Size {
			h.house.T.Errorf("%s@%s has %d bytes with SHA-256 %s on disk, %d with %s in the ledger", item.ID, item.Version, a.Size, a.SHA256, item.Size, item.SHA256)
		}
		if _, err := h.gate.Admit(h.Path(item)); err != nil {
			h.house.T.Errorf("what is installed is refused: %v", err)
		}
		out = append(out, item.ID+" "+item.Version)
	}
	return strings.Join(out, ", ")
}

func (h *host) want(versions string) {
	h.house.T.Helper()
	if got := h.versions(); got != versions {
		h.house.T.Errorf("installed is %q, want %q", got, versions)
	}
}

func wantError(t testing.TB, err error, text string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), text) {
		t.Errorf("got error %v, want one with %q", err, text)
	}
}
