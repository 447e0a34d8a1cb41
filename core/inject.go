package core

import (
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/core/admission"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/pdk/go/contract"
)

// Injected reads the contracts of everything that a super-app's mini-programs get, sorted by capability, without starting
// a plugin: tools write types and pages from them. Names that superapp.yaml does not claim are left out, and said to log.
func Injected(cfg *config.Config, log *slog.Logger) ([]*contract.Contract, error) {
	gate, err := admission.New(cfg, admission.Options{Logger: log, Now: time.Now})
	if err != nil {
		return nil, err
	}
	k := &Kernel{log: log, opts: Options{Getenv: placeholder, Gate: gate}}
	k.now.Store(&state{cfg: cfg})
	s, err := k.load(cfg, nil)
	if err != nil {
		return nil, err
	}
	list, err := k.contracts(s)
	if err != nil {
		return nil, err
	}
	provided := map[string]bool{permissionCapability: true}
	for _, u := range s.plugins {
		for _, name := range u.manifest.Provides {
			provided[name] = true
		}
	}
	list = slices.DeleteFunc(list, func(c *contract.Contract) bool { return !provided[c.Capability] || len(c.APIs()) == 0 })
	slices.SortStableFunc(list, func(a, b *contract.Contract) int { return strings.Compare(a.Capability, b.Capability) })
	return list, nil
}

// placeholder stands for secrets of the environment: no plugin is started, so none is used.
func placeholder(name string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return "a secret that is not set"
}
