package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/authority/remote"
)

// deviceFlags say which of a house's keys are in a card, an HSM or a key service.
type deviceFlags struct {
	program string
	labels  []string
}

// allLabels says that all keys are in the token, and none in files.
const allLabels = "*"

func (f *deviceFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.program, "token", "", "program that has the house's keys, with its arguments: 'dougong-pkcs11 --module MODULE.so --label TOKEN'")
	cmd.Flags().StringSliceVar(&f.labels, "token-keys", []string{allLabels}, "labels of the keys that it has; others are in files: 'ca-*,root-*,log-ed25519,timestamp,snapshot,targets'")
}

// open starts the program, if one is named; it ends with this process, or with ctx. Files are opened only if keys are left in
// them.
func (f *deviceFlags) open(ctx context.Context, files func() (authority.Token, error)) (authority.Token, error) {
	if f.program == "" {
		return files()
	}
	split := &authority.Split{Patterns: f.labels}
	if err := split.Validate(); err != nil {
		return nil, fmt.Errorf("--token-keys: %w", err)
	}
	if !slices.Contains(f.labels, allLabels) {
		var err error
		if split.Others, err = files(); err != nil {
			return nil, err
		}
	}
	token, err := remote.Start(ctx, strings.Fields(f.program))
	if err != nil {
		return nil, fmt.Errorf("--token: %w", err)
	}
	context.AfterFunc(ctx, func() { _ = token.Close() }) // nothing is signed any more
	split.Matching = token
	return split, nil
}
