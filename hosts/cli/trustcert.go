package cli

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/cert"
)

func newTrustCSRCommand() *cobra.Command {
	var passphrase passphraseFlags
	var h cert.Holder
	var output string
	cmd := &cobra.Command{
		Use:     "csr KEY",
		Short:   "Ask for a certificate",
		Example: "  dougong trust csr acme.key --name acme --org Acme --role vendor --namespace com.acme -o acme.csr\n  dougong trust csr li.key --name 'Li Lei' --org House --role department --department legal -o li.csr",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			suite, err := newSuite("")
			if err != nil {
				return err
			}
			k, err := openKey(cmd, suite, args[0], &passphrase)
			if err != nil {
				return err
			}
			r, err := cert.NewRequest(cmd.Context(), suite, h, k)
			if err != nil {
				return err
			}
			return writeOutput(cmd, output, r.PEM())
		},
	}
	passphrase.add(cmd)
	cmd.Flags().StringVar(&h.Name, "name", "", "name of the holder")
	cmd.Flags().StringVar(&h.Organisation, "org", "", "organisation of the holder")
	cmd.Flags().StringVar(&h.Role, "role", cert.Vendor, strings.Join(cert.Roles(), ", "))
	cmd.Flags().StringVar(&h.Department, "department", "", "of the role department")
	cmd.Flags().StringArrayVar(&h.Namespaces, "namespace", nil, "of the role vendor: com.acme covers com.acme.pay")
	cmd.Flags().StringVarP(&output, "output", "o", "", "file to write (default: standard output)")
	return cmd
}

// writeOutput writes a file, or standard output.
func writeOutput(cmd *cobra.Command, name string, data []byte) error {
	if name == "" {
		_, err := cmd.OutOrStdout().Write(data)
		return err
	}
	return os.WriteFile(name, data, 0o644)
}

func readRequest(suite *gm.Suite, name string) (*cert.Request, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	r, err := cert.ParseRequestPEM(suite, data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return r, nil
}

func readCertificate(name string) (*cert.Certificate, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	list, err := cert.ParsePEM(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return list[0], nil
}

func newTrustIssueCommand() *cobra.Command {
	var house houseFlags
	var days int
	var output string
	cmd := &cobra.Command{
		Use:     "issue CSR",
		Short:   "Issue a certificate",
		Example: "  dougong trust issue acme.csr --dir house -o acme.pem",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			suite, a, err := house.open(cmd)
			if err != nil {
				return err
			}
			r, err := readRequest(suite, args[0])
			if err != nil {
				return err
			}
			c, err := a.Issue(cmd.Context(), r, time.Duration(days)*24*time.Hour)
			if err != nil {
				return err
			}
			describeCertificate(cmd, c)
			return writeOutput(cmd, output, c.PEM())
		},
	}
	house.add(cmd)
	cmd.Flags().IntVar(&days, "days", authority.DefaultDays, "how long it runs")
	cmd.Flags().StringVarP(&output, "output", "o", "", "file to write (default: standard output)")
	return cmd
}

// describeCertificate says on standard error whose certificate it is.
func describeCertificate(cmd *cobra.Command, c *cert.Certificate) {
	what := c.Holder.Role
	for _, more := range append([]string{c.Holder.Department}, c.Holder.Namespaces...) {
		if more != "" {
			what += " " + more
		}
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "certificate %s: %s (%s), %s, until %s\n", c.Serial, c.Holder.Name, c.Holder.Organisation, what, c.NotAfter.Format(time.DateOnly))
}

func newTrustCheckCommand() *cobra.Command {
	var house houseFlags
	cmd := &cobra.Command{
		Use:     "check CERTIFICATE",
		Short:   "Check a certificate: chain, time, revocation",
		Example: "  dougong trust check acme.pem --dir house",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			a, err := house.read()
			if err != nil {
				return err
			}
			c, err := readCertificate(args[0])
			if err != nil {
				return err
			}
			describeCertificate(cmd, c)
			if err := a.Check(cmd.Context(), c); err != nil {
				return &ExitError{Code: ExitFailed, Err: err}
			}
			fmt.Fprintln(cmd.OutOrStdout(), "good")
			return nil
		},
	}
	house.add(cmd)
	return cmd
}

func newTrustRevokeCommand() *cobra.Command {
	var house houseFlags
	var r authority.Revocation
	var from int64
	cmd := &cobra.Command{
		Use:   "revoke CERTIFICATE",
		Short: "Revoke a certificate",
		Long: `Revoke puts a certificate on the revocation list and the fact into the log. What was logged before stays good, and nothing
after it does. If the key was stolen earlier, --distrust-from names the first log entry that is not to be believed.`,
		Example: "  dougong trust revoke acme.pem --dir house --reason 1 --distrust-from 41 --note 'laptop stolen'",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			_, a, err := house.open(cmd)
			if err != nil {
				return err
			}
			c, err := readCertificate(args[0])
			if err != nil {
				return err
			}
			if cmd.Flags().Changed("distrust-from") {
				r.DistrustFrom = &from
			}
			list, err := a.Revoke(cmd.Context(), c.Serial, r)
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "revoked %s; revocation list %d, not trusted from log entry %d on\n", c.Serial, list.Number, *list.Revoked[c.Serial].DistrustFrom)
			return nil
		},
	}
	house.add(cmd)
	cmd.Flags().IntVar(&r.Reason, "reason", 0, "reason by RFC 5280: 1 is a stolen key, 4 superseded, 5 out of business")
	cmd.Flags().StringVar(&r.Note, "note", "", "reason in words, for the log")
	cmd.Flags().Int64Var(&from, "distrust-from", 0, "first log entry that is not believed (default: the next one)")
	return cmd
}

func newTrustRefreshCommand() *cobra.Command {
	var house houseFlags
	cmd := &cobra.Command{
		Use:   "refresh",
		Short: "Sign the revocation lists again, before they run out",
		Long: `Refresh signs the revocation list of each issuing authority again: it runs for 30 days, and hosts believe nothing of an authority
without a list. A registry that has the authority's key does so by itself.`,
		Example: "  dougong trust refresh --dir house",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, a, err := house.open(cmd)
			if err != nil {
				return err
			}
			refreshed := a.Refresh(cmd.Context())
			all, err := a.Issuers()
			if err != nil {
				return err
			}
			for _, i := range all {
				list, err := a.ListOf(i)
				if err != nil {
					return err
				}
				what := ""
				if len(all) > 1 {
					what = " of " + i.Certificate.Holder.Name
				}
				fmt.Fprintf(cmd.OutOrStdout(), "revocation list %d%s, %d certificates, until %s\n", list.Number, what, len(list.Revoked), list.NextUpdate.Format(time.DateOnly))
			}
			return refreshed
		},
	}
	house.add(cmd)
	return cmd
}
