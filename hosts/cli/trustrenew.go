package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/cert"
)

func newTrustRenewCommand() *cobra.Command {
	var house houseFlags
	var days int
	var all bool
	var output string
	cmd := &cobra.Command{
		Use:   "renew [CERTIFICATE [CSR]]",
		Short: "Renew a certificate for the same holder",
		Long: `Renew issues a certificate again, to the same holder, by the authority that issues now. Without a request the holder's key stays.
With --all it renews all that other issuing authorities issued, that still run and were neither revoked nor renewed before: after an
authority was exchanged or compromised. Each is written to a file of its own in the folder -o, for its holder.`,
		Example: "  dougong trust renew acme.pem --dir house -o acme-2027.pem\n  dougong trust renew acme.pem new-key.csr --dir house -o acme-2027.pem\n  dougong trust renew --all --dir house -o renewed",
		Args:    cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if all != (len(args) == 0) {
				return errors.New("expected a certificate, or --all")
			}
			suite, a, err := house.open(cmd)
			if err != nil {
				return err
			}
			runs := time.Duration(days) * 24 * time.Hour
			if all {
				return renewAll(cmd, a, runs, output)
			}
			old, err := readCertificate(args[0])
			if err != nil {
				return err
			}
			var r *cert.Request
			if len(args) > 1 {
				if r, err = readRequest(suite, args[1]); err != nil {
					return err
				}
			}
			c, err := a.Renew(cmd.Context(), old, r, runs)
			if err != nil {
				return err
			}
			describeCertificate(cmd, c)
			return writeOutput(cmd, output, c.PEM())
		},
	}
	house.add(cmd)
	cmd.Flags().IntVar(&days, "days", authority.DefaultDays, "how long it runs")
	cmd.Flags().BoolVar(&all, "all", false, "all certificates of other issuing authorities than the present one")
	cmd.Flags().StringVarP(&output, "output", "o", "", "file to write (default: standard output); with --all a folder")
	return cmd
}

// renewAll writes what was renewed, also if something could not be.
func renewAll(cmd *cobra.Command, a *authority.Authority, runs time.Duration, folder string) error {
	if folder == "" {
		return errors.New("--all needs a folder for the certificates: -o FOLDER")
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	list, err := a.RenewAll(cmd.Context(), runs)
	for _, c := range list {
		name := filepath.Join(folder, c.Serial+".pem")
		if e := os.WriteFile(name, c.PEM(), 0o644); e != nil {
			return errors.Join(err, e)
		}
		describeCertificate(cmd, c)
		fmt.Fprintf(cmd.OutOrStdout(), "%s  for %s (%s)\n", name, c.Holder.Name, c.Holder.Organisation)
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%d renewed\n", len(list))
	return err
}
