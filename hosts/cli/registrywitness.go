package cli

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/translog"
	"github.com/dougong-dev/dougong/core/trust/tuf"
	"github.com/dougong-dev/dougong/registry/client"
	"github.com/dougong-dev/dougong/registry/witness"
)

func newRegistryWitnessCommand() *cobra.Command {
	var passphrase passphraseFlags
	var rootFile, keyFile, name, state string
	var every time.Duration
	var once bool
	cmd := asking("witness", "Watch a registry's log, co-sign it, and raise the alarm if it is forked",
		"witness --root root.json --name w1.example --key w1.key --state witness.json", cobra.NoArgs, nil)
	cmd.Long = `Witness reads the registry's log again and again, checks that it only grows, and co-signs it. The root names the witnesses whose
co-signatures hosts ask for (dougong trust init --witness). Run it on a machine, and under people, that the registry does not
control. If the log was forked, it ends with an error and never signs that log again.`
	passphrase.add(cmd)
	cmd.Flags().StringVar(&rootFile, "root", "root.json", "the house's pinned root of trust")
	cmd.Flags().StringVar(&keyFile, "key", "", "the witness's key file")
	cmd.Flags().StringVar(&name, "name", "", "the witness's name in the root")
	cmd.Flags().StringVar(&state, "state", "witness.json", "file in which it remembers what it has seen")
	cmd.Flags().DurationVar(&every, "every", 10*time.Second, "how often it looks")
	cmd.Flags().BoolVar(&once, "once", false, "look once and end")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if every <= 0 {
			return fmt.Errorf("--every %s: expected a time above zero", every)
		}
		c, err := registryClient(cmd)
		if err != nil {
			return err
		}
		defer c.Close()
		w, err := newWitness(cmd, c, rootFile, keyFile, &passphrase)
		if err != nil {
			return err
		}
		w.Cosigner.Name, w.Cosigner.Memo = name, &witness.FileMemo{Path: state}
		if once {
			_, err = w.Step(cmd.Context())
		} else {
			tick := time.NewTicker(every)
			defer tick.Stop()
			err = w.Run(cmd.Context(), tick.C)
		}
		if errors.Is(err, translog.ErrFork) {
			return &ExitError{Code: ExitFailed, Err: fmt.Errorf("ALARM: %w\nnext: keep %s, ask the registry's operator, and compare with the other witnesses", err, state)}
		}
		return err
	}
	return cmd
}

func newWitness(cmd *cobra.Command, c *client.Client, rootFile, keyFile string, passphrase *passphraseFlags) (*witness.Witness, error) {
	suite, err := newSuite("")
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(rootFile)
	if err != nil {
		return nil, fmt.Errorf("--root: %w", err)
	}
	set, err := tuf.New(suite, data, time.Now())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", rootFile, err)
	}
	anchors, err := trust.ReadAnchors(set.Root())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", rootFile, err)
	}
	by, err := openKey(cmd, suite, keyFile, passphrase)
	if err != nil {
		return nil, err
	}
	return &witness.Witness{Client: c, Cosigner: &translog.Cosigner{Suite: suite, By: by}, Log: anchors.Log, Logger: slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), nil))}, nil
}

// witnesses reads NAME=KEYFILE.
func witnesses(list []string) (out []translog.Witness, err error) {
	for _, text := range list {
		name, file, ok := strings.Cut(text, "=")
		if !ok || name == "" {
			return nil, fmt.Errorf("--witness %q: expected NAME=KEYFILE", text)
		}
		k, err := publicKey(file)
		if err != nil {
			return nil, fmt.Errorf("--witness %s: %w", name, err)
		}
		out = append(out, translog.Witness{Name: name, Key: k})
	}
	return out, nil
}
