package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/cert"
)

func newTrustIssuerCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "issuer",
		Short: "Exchange the issuing authority",
		Long: `Issuing authorities stand side by side. The house asks the offline root for the next one, or to revoke one, by a file; the root's
holder signs it at the offline machine; the answer is a file too. Hosts and registries follow by themselves: evidence shows it.`,
		Example: `  dougong trust issuer rotate --dir house -o request.json                    # makes the next one's key
  dougong trust issuer sign request.json --key ca-root.key -o answer.json     # at the offline machine, beside ca-root.pem and ca-root.crl
  dougong trust issuer install answer.json --dir house                        # it issues from now on
  dougong trust renew --all --dir house -o renewed                            # certificates for the holders
  dougong trust issuer retire 1 --dir house                                   # the old one signs its revocation list, and nothing else
  dougong trust issuer revoke 1 --dir house --reason 5 -o request.json        # later; sign and install as above, and destroy its key

  dougong trust issuer revoke 1 --dir house --reason 2 --distrust-from 41     # at once, if its key was stolen before log entry 41`,
	}
	return group(cmd, newIssuerRotateCommand(), newIssuerSignCommand(), newIssuerInstallCommand(), newIssuerRetireCommand(), newIssuerRevokeCommand(), newIssuerListCommand())
}

func newIssuerRotateCommand() *cobra.Command {
	var house houseFlags
	var algorithm, output string
	var years int
	cmd := &cobra.Command{
		Use:   "rotate",
		Short: "Make the next issuing authority's key, and ask the root for its certificate",
		Long: `Rotate makes a key, in the house's key folder or in the device that --token names, and a file that asks the root for a certificate.
Nothing changes before the answer is installed. Asked again before that, the key is the same.`,
		Example: "  dougong trust issuer rotate --dir house --years 5 -o request.json\n  dougong trust issuer rotate --dir house --token 'dougong-pkcs11 --module MODULE.so --label house' --token-keys 'ca-*'",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, a, err := house.open(cmd)
			if err != nil {
				return err
			}
			r, err := a.NextIssuer(cmd.Context(), gm.Algorithm(algorithm), years)
			if err != nil {
				return err
			}
			suite, err := newSuite("")
			if err != nil {
				return err
			}
			q, err := cert.ParseRequest(suite, r.Issue)
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s asks for issuing authority %d, key %s\n", output, r.Number, q.Key.ID())
			return writeRequest(cmd, output, r, house.dir)
		},
	}
	house.add(cmd)
	cmd.Flags().StringVar(&algorithm, "algorithm", "", "algorithm of its key: sm2 or ed25519 (default: as the newest one's)")
	cmd.Flags().IntVar(&years, "years", authority.IssuerYears, "how long it runs, at most as long as the root")
	cmd.Flags().StringVarP(&output, "output", "o", "issuer.request.json", "file to write")
	return cmd
}

// writeRequest writes what goes to the root's holder.
func writeRequest(cmd *cobra.Command, name string, r *authority.IssuerRequest, dir string) error {
	if err := os.WriteFile(name, r.Bytes(), 0o644); err != nil {
		return err
	}
	_, err := fmt.Fprintf(cmd.ErrOrStderr(), "next: dougong trust issuer sign %s --key ca-root.key, at the root's machine; then dougong trust issuer install issuer.answer.json --dir %s\n", name, dir)
	return err
}

func newIssuerInstallCommand() *cobra.Command {
	var house houseFlags
	cmd := &cobra.Command{
		Use:   "install ANSWER",
		Short: "Take in what the root has signed",
		Long: `Install puts the new issuing authority beside the others: it issues from now on. Or it puts the revocation of one in force. A registry
takes both in by itself with the next request, or on SIGHUP.`,
		Example: "  dougong trust issuer install answer.json --dir house",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			_, a, err := house.open(cmd)
			if err != nil {
				return err
			}
			data, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			answer, err := authority.ParseIssuerAnswer(data)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			i, err := a.InstallIssuer(cmd.Context(), answer)
			if err != nil {
				return err
			}
			return describeIssuer(cmd, a, i, house.dir)
		},
	}
	house.add(cmd)
	return cmd
}

// describeIssuer says what has come into force.
func describeIssuer(cmd *cobra.Command, a *authority.Authority, i *authority.Issuer, dir string) error {
	out, c := cmd.OutOrStdout(), i.Certificate
	if i.Revoked == nil {
		from, after := "now", ""
		if c.NotBefore.After(time.Now()) { // the offline machine's clock is ahead
			from = c.NotBefore.UTC().Format(time.RFC3339)
			after = "after " + from + ": "
		}
		fmt.Fprintf(out, "issuing authority %d, %s, serial %s: issues from %s on, until %s\n", i.Number, c.Holder.Name, c.Serial, from, c.NotAfter.Format(time.DateOnly))
		fmt.Fprintf(cmd.ErrOrStderr(), "next: %sdougong trust renew --all --dir %s -o renewed; then dougong trust issuer retire NUMBER, of the one before\n", after, dir)
		return nil
	}
	fmt.Fprintf(out, "issuing authority %d, %s, serial %s: revoked, not trusted from log entry %d on\n", i.Number, c.Holder.Name, c.Serial, *i.Revoked.DistrustFrom)
	_, unrenewed, err := a.Running()
	if n := unrenewed[i.Number]; err == nil && n > 0 {
		fmt.Fprintf(cmd.ErrOrStderr(), "note: %d holders have no other certificate, and cannot sign any more\nnext: dougong trust renew --all --dir %s -o renewed\n", n, dir)
	}
	return err
}

// openIssuer reads the argument that names an issuing authority, and opens the house.
func (h *houseFlags) openIssuer(cmd *cobra.Command, word string) (int, *authority.Authority, error) {
	number, err := strconv.Atoi(word)
	if err != nil {
		return 0, nil, fmt.Errorf("%q is no number of an issuing authority; see dougong trust issuer list", word)
	}
	_, a, err := h.open(cmd)
	return number, a, err
}

func newIssuerRetireCommand() *cobra.Command {
	var house houseFlags
	cmd := &cobra.Command{
		Use:   "retire NUMBER",
		Short: "Have an issuing authority issue nothing any more",
		Long: `Retire is for the time until an old authority's certificates have run out or were renewed: it goes on signing its revocation list,
and nothing else. What it certified stays good.`,
		Example: "  dougong trust issuer retire 1 --dir house",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			number, a, err := house.openIssuer(cmd, args[0])
			if err != nil {
				return err
			}
			if err := a.RetireIssuer(cmd.Context(), number); err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "issuing authority %d is retired: it signs its revocation list, and nothing else\n", number)
			return err
		},
	}
	house.add(cmd)
	return cmd
}

func newIssuerRevokeCommand() *cobra.Command {
	var house houseFlags
	var r authority.Revocation
	var from int64
	var output string
	cmd := &cobra.Command{
		Use:   "revoke NUMBER",
		Short: "Ask the root to revoke an issuing authority",
		Long: `Revoke makes a file that asks the root to revoke an issuing authority. Once its answer is installed, nothing that hangs on the authority
is believed from a log entry on, whatever date it bears; what was logged before stays good; and its revocation list of now is its last:
hosts ignore others, which who stole the key could sign. --distrust-from names the entry, if the key was stolen earlier. An authority
whose certificates have run out is revoked with the reason 5, so that its key can be destroyed and its list need not be run on.`,
		Example: "  dougong trust issuer revoke 1 --dir house --reason 2 --distrust-from 41 --note 'server broken into' -o request.json\n  dougong trust issuer revoke 1 --dir house --reason 5 -o request.json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			number, a, err := house.openIssuer(cmd, args[0])
			if err != nil {
				return err
			}
			if cmd.Flags().Changed("distrust-from") {
				r.DistrustFrom = &from
			}
			q, err := a.EndIssuer(cmd.Context(), number, r)
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s asks to revoke issuing authority %d, not trusted from log entry %d on\n", output, number, q.Revoke.DistrustFrom)
			return writeRequest(cmd, output, q, house.dir)
		},
	}
	house.add(cmd)
	cmd.Flags().IntVar(&r.Reason, "reason", 0, "reason by RFC 5280: 2 is a stolen key of an authority, 4 superseded, 5 that it ends")
	cmd.Flags().StringVar(&r.Note, "note", "", "reason in words, for the log")
	cmd.Flags().Int64Var(&from, "distrust-from", 0, "first log entry that is not believed (default: the next one)")
	cmd.Flags().StringVarP(&output, "output", "o", "issuer.request.json", "file to write")
	return cmd
}

func newIssuerListCommand() *cobra.Command {
	var house houseFlags
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "Show the issuing authorities",
		Example: "  dougong trust issuer list --dir house",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			a, err := house.read()
			if err != nil {
				return err
			}
			rows, err := issuerRows(a)
			if err != nil {
				return err
			}
			if asJSON {
				text, err := json.MarshalIndent(rows, "", "  ")
				if err == nil {
					_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s\n", text)
				}
				return errors.Join(err, showOwed(cmd, a))
			}
			out := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintln(out, "NUMBER\tSTATE\tNAME\tALGORITHM\tUNTIL\tLIST\tCERTIFICATES")
			for _, r := range rows {
				state := r.State
				if state == "later" {
					state += ": begins at " + r.From.UTC().Format(time.RFC3339)
				}
				fmt.Fprintf(out, "%d\t%s\t%s\t%s\t%s\t%d until %s\t%d run, %d not renewed\n", r.Number, state, r.Name, r.Algorithm, r.Until.Format(time.DateOnly),
					r.List, r.ListUntil.Format(time.DateOnly), r.Running, r.Unrenewed)
			}
			return errors.Join(out.Flush(), showOwed(cmd, a))
		},
	}
	house.add(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// showOwed says what has happened to issuing authorities and the log does not say yet.
func showOwed(cmd *cobra.Command, a *authority.Authority) error {
	owed, err := a.Owed()
	for _, e := range owed {
		fmt.Fprintf(cmd.ErrOrStderr(), "note: the log does not say yet: %s of certificate %s\n", e.Event, e.Serial)
	}
	if len(owed) > 0 {
		fmt.Fprintln(cmd.ErrOrStderr(), "next: dougong trust refresh, where the log can be written, has it said")
	}
	return err
}

// issuerRow is one issuing authority as list shows it.
type issuerRow struct {
	Number       int       `json:"number"`
	State        string    `json:"state"` // issuing, ready, later, retired, revoked, ended
	Name         string    `json:"name"`
	Serial       string    `json:"serial"`
	Algorithm    string    `json:"algorithm"`
	From         time.Time `json:"from"`
	Until        time.Time `json:"until"`
	List         int64     `json:"list"`
	ListUntil    time.Time `json:"listUntil"`
	DistrustFrom *int64    `json:"distrustFrom,omitempty"`
	Running      int       `json:"running"`
	Unrenewed    int       `json:"unrenewed"`
}

func issuerRows(a *authority.Authority) ([]issuerRow, error) {
	all, err := a.Issuers()
	if err != nil {
		return nil, err
	}
	running, unrenewed, err := a.Running()
	if err != nil {
		return nil, err
	}
	issuing := 0
	if i, err := a.Issuing(); err == nil {
		issuing = i.Number
	}
	var out []issuerRow
	for _, i := range all {
		list, err := a.ListOf(i)
		if err != nil {
			return nil, err
		}
		c := i.Certificate
		row := issuerRow{Number: i.Number, State: "ready", Name: c.Holder.Name, Serial: c.Serial, Algorithm: c.Key.Type, From: c.NotBefore, Until: c.NotAfter,
			List: list.Number, ListUntil: list.NextUpdate, Running: running[i.Number], Unrenewed: unrenewed[i.Number]}
		switch {
		case i.Revoked != nil:
			row.State, row.DistrustFrom = "revoked", i.Revoked.DistrustFrom
		case i.Number == issuing:
			row.State = "issuing"
		case i.Retired:
			row.State = "retired"
		case time.Now().After(c.NotAfter):
			row.State = "ended"
		case time.Now().Before(c.NotBefore):
			row.State = "later"
		}
		out = append(out, row)
	}
	return out, nil
}
