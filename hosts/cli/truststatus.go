package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core/admission"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/tuf"
	"github.com/dougong-dev/dougong/hosts/install"
	"github.com/dougong-dev/dougong/hosts/internal/phrase"
	"github.com/dougong-dev/dougong/hosts/superapp"
)

func newTrustStatusCommand() *cobra.Command {
	var asJSON bool
	var plugins string
	cmd := &cobra.Command{
		Use:   "status [SUPERAPP.yaml]",
		Short: "Show how far each part of a super-app is trusted",
		Long: `Status verifies every bundle of a super-app as its host does at the start, without a network and without changing what the
host remembers, and shows that: the lowest versions allowed, the takedown list, the log heads seen. Source folders have the
trust "dev". The exit code is 1 if the host would refuse something.`,
		Example: "  dougong trust status superapp.yaml",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			file, data, err := readFile(target(args))
			if err != nil {
				return err
			}
			cfg, err := superapp.Parse(file, data, os.Environ(), plugins)
			if err != nil {
				return err
			}
			gate, err := admission.New(cfg, admission.Options{Look: true, Logger: slog.New(slog.DiscardHandler)})
			if err != nil {
				return err
			}
			installed := install.Open(install.Options{Dir: cfg.DataDir(), Gate: gate})
			if cfg, err = overlaid(cfg, installed); err != nil {
				return err
			}
			refused, err := askGate(gate, cfg)
			if err != nil {
				return err
			}
			state, err := gate.State()
			if err != nil {
				return err
			}
			ledger, err := installed.Ledger()
			if err != nil {
				return err
			}
			check, err := installed.Status()
			if err != nil {
				return err
			}
			if asJSON {
				err = writeStatusJSON(cmd.OutOrStdout(), cfg, gate, state, ledger, check)
			} else {
				printStatus(cmd.OutOrStdout(), cfg, gate, state)
				printInstalled(cmd.OutOrStdout(), ledger, check)
			}
			if err == nil && refused {
				err = &ExitError{Code: ExitFailed}
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the status as JSON")
	cmd.Flags().StringVar(&plugins, "plugins", "", pluginsOfIDs)
	return cmd
}

// overlaid is the configuration that a host runs by: with what is installed.
func overlaid(cfg *config.Config, m *install.Manager) (*config.Config, error) {
	l, err := m.Ledger()
	if err != nil {
		return nil, err
	}
	cfg = m.Overlay(cfg, l.Current)
	return cfg, cfg.Composed()
}

// askGate brings everything that the super-app is made of before the gate.
func askGate(gate *admission.Gate, cfg *config.Config) (refused bool, err error) {
	paths := map[string]string{} // path → id
	for _, p := range cfg.Plugins {
		paths[cfg.Abs(p.Path)] = p.ID
	}
	for _, m := range cfg.MiniApps {
		paths[cfg.Abs(m.Path)] = m.ID
	}
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		info, err := os.Stat(path)
		switch {
		case err != nil:
			return false, err
		case info.IsDir():
			gate.Dev(paths[path], path)
		default:
			before := len(gate.Entries())
			if _, err := gate.Admit(path); err != nil {
				if len(gate.Entries()) == before {
					return false, err // it could not be judged at all
				}
				refused = true
			}
		}
	}
	return refused, nil
}

func printStatus(out io.Writer, cfg *config.Config, gate *admission.Gate, s *trust.State) {
	fmt.Fprintf(out, "bundles: %s", cfg.Trust.Bundles)
	if cfg.Trust.Root != "" {
		fmt.Fprintf(out, ", root of trust %s", cfg.Trust.Root)
	}
	fmt.Fprintln(out)
	fmt.Fprintln(out, freshness(cfg, s))
	for _, e := range gate.Entries() {
		name := e.Verdict.Artifact.String()
		if e.Verdict.Artifact.ID == "" {
			name = filepath.Base(e.Path)
		}
		word := e.Verdict.Trust
		if e.Unsigned {
			word = "unsigned"
		}
		fmt.Fprintf(out, "%-9s %s  %s\n", word, name, e.Path)
		for _, g := range e.Verdict.Signers {
			fmt.Fprintf(out, "          %s: %s (%s)\n", g.Predicate, g.Holder.Name, g.Holder.Organisation)
		}
		for _, r := range e.Verdict.Reasons {
			if !r.OK {
				fmt.Fprintf(out, "          %s: %s\n", r.Code, r.Text)
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(s.Floors)) {
		fmt.Fprintf(out, "lowest version of %s: %s\n", id, s.Floors[id])
	}
	for _, r := range s.EndedIssuers() {
		fmt.Fprintf(out, "issuing authority with serial %s is revoked since %s, not trusted from log entry %d on\n", r.Serial, r.Time.UTC().Format(time.RFC3339), *r.DistrustFrom)
	}
	if t := s.Takedown; t != nil {
		fmt.Fprintf(out, "takedown list %d of %s, %s\n", t.Serial, time.Unix(t.Issued, 0).UTC().Format(time.RFC3339), phrase.Count(len(t.Entries), "entry"))
	}
	for _, origin := range slices.Sorted(maps.Keys(s.Heads)) {
		fmt.Fprintf(out, "log %s: %s seen\n", origin, phrase.Count(s.Heads[origin].Size, "entry"))
	}
}

// freshness says whether old evidence would be noticed. That it would not is said loudly.
func freshness(cfg *config.Config, s *trust.State) string {
	switch {
	case cfg.Trust.Metadata && s.Versions[tuf.TimestampRole] > 0:
		return fmt.Sprintf("freshness: what is installed has to be offered now; timestamp %d seen", s.Versions[tuf.TimestampRole])
	case cfg.Trust.Metadata:
		return "freshness: what is installed has to be offered now"
	case s.Versions[tuf.TimestampRole] > 0:
		return fmt.Sprintf("WARNING   trust.metadata is false in superapp.yaml, and this house has a registry (timestamp %d seen): take it out", s.Versions[tuf.TimestampRole])
	}
	return "WARNING   trust.metadata is false: old versions, and takedown lists that are held back, go unnoticed as long as the revocation lists run"
}

func writeStatusJSON(out io.Writer, cfg *config.Config, gate *admission.Gate, s *trust.State, l *install.Ledger, check *install.Status) error {
	text, err := json.MarshalIndent(map[string]any{"bundles": cfg.Trust.Bundles, "root": cfg.Trust.Root, "entries": gate.Entries(),
		"metadata": cfg.Trust.Metadata, "timestamp": s.Versions[tuf.TimestampRole], "floors": s.Floors, "takedown": s.Takedown, "heads": s.Heads, "revokedIssuers": s.EndedIssuers(),
		"generations": l, "update": check}, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s\n", text)
	return err
}
