package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/hosts/internal/phrase"
)

func newTrustTakedownCommand() *cobra.Command {
	var house houseFlags
	var keyFile, certFile, reason string
	var ids, floors []string
	cmd := &cobra.Command{
		Use:   "takedown",
		Short: "Make a takedown list with the next serial",
		Long: `Takedown makes and logs the list of everything that no host may run: it replaces the list before it as a whole. Evidence
that "trust sign" completes from now on carries it, and every host that sees it keeps it.`,
		Example: "  dougong trust takedown --dir house --key operator.key --cert operator.pem --id com.acme.pay@1.0.0 --reason 'leaks names' --floor com.acme.pay=1.1.0",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			suite, a, err := house.open(cmd)
			if err != nil {
				return err
			}
			by, err := openKey(cmd, suite, keyFile, &house.passphrase)
			if err != nil {
				return err
			}
			holder, err := readCertificate(certFile)
			if err != nil {
				return err
			}
			list, err := takedownOf(ids, floors, reason)
			if err != nil {
				return err
			}
			list, err = a.TakeDown(cmd.Context(), *list, by, holder)
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "takedown list %d with %s\n", list.Serial, phrase.Count(len(list.Entries), "entry"))
			return nil
		},
	}
	house.add(cmd)
	cmd.Flags().StringVar(&keyFile, "key", "", "the operator's key file")
	cmd.Flags().StringVar(&certFile, "cert", "", "the operator's certificate")
	cmd.Flags().StringArrayVar(&ids, "id", nil, "what is taken down: ID, or ID@VERSION")
	cmd.Flags().StringArrayVar(&floors, "floor", nil, "lowest version allowed: ID=VERSION")
	cmd.Flags().StringVar(&reason, "reason", "", "why, for whoever is refused")
	return cmd
}

func takedownOf(ids, floors []string, reason string) (*envelope.Takedown, error) {
	out := &envelope.Takedown{Entries: []envelope.TakedownEntry{}, Floors: map[string]string{}}
	for _, text := range ids {
		id, version, found := strings.Cut(text, "@")
		e := envelope.TakedownEntry{ID: id, Reason: reason}
		if found {
			e.Versions = []string{version}
		}
		out.Entries = append(out.Entries, e)
	}
	for _, text := range floors {
		id, version, found := strings.Cut(text, "=")
		if !found {
			return nil, fmt.Errorf("--floor %q: expected ID=VERSION", text)
		}
		out.Floors[id] = version
	}
	return out, nil
}
