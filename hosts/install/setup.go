package install

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/keychain"
	"github.com/dougong-dev/dougong/hosts/constraint"
)

// Setup is what Configured makes of a configuration. Further sources come before those of the configuration.
type Setup struct {
	Gate    Gate
	Sources []string
	Logger  *slog.Logger
	Now     func() time.Time
}

// Configured opens the manager that a configuration asks for, and reads its rules. No source is asked yet.
func Configured(ctx context.Context, cfg *config.Config, s Setup) (*Manager, Rules, error) {
	rules, err := RulesOf(cfg)
	if err != nil {
		return nil, rules, err
	}
	places := append([]string{}, s.Sources...)
	for _, source := range cfg.Update.Sources {
		if !strings.Contains(source, "://") {
			source = cfg.Abs(source)
		}
		places = append(places, source)
	}
	if cfg.Registry.Mirror != "" {
		places = append(places, cfg.Abs(cfg.Registry.Mirror))
	}
	if cfg.Registry.Address != "" {
		places = append(places, cfg.Registry.Address)
	}
	token, err := tokenOf(ctx, cfg)
	if err != nil {
		return nil, rules, err
	}
	var sources []Source
	for _, place := range places {
		its := ""
		if place == cfg.Registry.Address {
			its = token // nobody else gets it
		}
		source, err := OpenSource(place, its)
		if err != nil {
			return nil, rules, err
		}
		sources = append(sources, source)
	}
	base, err := BaseOf(cfg)
	if err != nil {
		return nil, rules, err
	}
	for _, b := range base { // superapp.yaml's own words come before those that it was composed by
		if _, said := rules.Constraints[b.ID]; said || b.Want == "" {
			continue
		}
		if rules.Constraints[b.ID], err = constraint.Parse(b.Want); err != nil {
			return nil, rules, fmt.Errorf("superapp.lock: %s: %w", b.ID, err)
		}
	}
	has := func(id string) bool { return cfg.Plugin(id) != nil }
	dir, err := filepath.Abs(cfg.DataDir()) // what is installed stands in the configuration, whose paths are relative to its own folder
	if err != nil {
		return nil, rules, err
	}
	return Open(Options{Dir: dir, Gate: s.Gate, Sources: sources, Base: base, Has: has, Logger: s.Logger, Now: s.Now}), rules, nil
}

// tokenOf reads the token to read the registry with.
func tokenOf(ctx context.Context, cfg *config.Config) (string, error) {
	kind, rest, _ := strings.Cut(cfg.Registry.Token, ":")
	switch kind {
	case "env":
		return os.Getenv(rest), nil
	case "file":
		text, err := os.ReadFile(cfg.Abs(rest))
		if err != nil {
			return "", fmt.Errorf("registry.token: %w", err)
		}
		return strings.TrimSpace(string(text)), nil
	case "keyring":
		service, account, _ := strings.Cut(rest, "/")
		token, err := keychain.Get(ctx, service, account)
		if err != nil {
			return "", fmt.Errorf("registry.token: %w", err)
		}
		return token, nil
	}
	return "", nil
}

// RulesOf reads which versions a configuration allows.
func RulesOf(cfg *config.Config) (Rules, error) {
	r := Rules{Constraints: map[string]constraint.Constraint{}, Preview: cfg.Update.Channel == config.ChannelPreview}
	add := func(where, id, text string) error {
		if _, said := r.Constraints[id]; said || text == "" {
			return nil
		}
		c, err := constraint.Parse(text)
		if err != nil {
			return fmt.Errorf("%s: %w", where, err)
		}
		r.Constraints[id] = c
		return nil
	}
	for id, text := range cfg.Update.Versions {
		if err := add(cfg.Place("update", "versions", id).String(), id, text); err != nil {
			return r, err
		}
	}
	pinned := map[string]bool{}
	for i, p := range cfg.Plugins {
		if err := add(cfg.Place("plugins", i, "version").String(), p.ID, p.Version); err != nil {
			return r, err
		}
		pinned[p.ID] = pinned[p.ID] || p.Checksum != ""
	}
	for i, m := range cfg.MiniApps {
		if err := add(cfg.Place("miniapps", i, "version").String(), m.ID, m.Version); err != nil {
			return r, err
		}
	}
	r.Skip = func(id string) bool { return pinned[id] }
	return r, nil
}
