package cli

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/key"
)

// rootFlags are the files of the root's holder.
type rootFlags struct {
	cert, list, key string
	expect          string
	passphrase      passphraseFlags
	device          deviceFlags
}

func (f *rootFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.cert, "cert", authority.RootCAFile, "the root's certificate, the holder's own copy")
	cmd.Flags().StringVar(&f.list, "list", authority.RootListFile, "the root's revocation list, the holder's own copy; the new one is written over it")
	cmd.Flags().StringVar(&f.key, "key", "", "the root's key file")
	cmd.Flags().StringVar(&f.expect, "expect", "", "id of the key that rotate printed, told by another way than the file: no other is certified")
	f.passphrase.add(cmd)
	f.device.add(cmd)
}

// holder reads the files.
func (f *rootFlags) holder(cmd *cobra.Command, suite *gm.Suite) (*authority.RootHolder, error) {
	h := &authority.RootHolder{Suite: suite, Now: time.Now(), Expect: f.expect}
	var err error
	if h.Certificate, err = readCertificate(f.cert); err != nil {
		return nil, fmt.Errorf("--cert: %w", err)
	}
	data, err := os.ReadFile(f.list)
	if err == nil {
		h.List, err = cert.ParseListPEM(data)
	}
	if err != nil {
		return nil, fmt.Errorf("--list: %w\nnext: copy ca-root.crl from the house's folder, once; what the holder signs later is written over it", err)
	}
	h.By, err = f.signer(cmd, suite)
	return h, err
}

// signer opens the key's file, or the device that has it.
func (f *rootFlags) signer(cmd *cobra.Command, suite *gm.Suite) (key.Signer, error) {
	if f.device.program == "" {
		return openKey(cmd, suite, f.key, &f.passphrase)
	}
	token, err := f.device.open(cmd.Context(), func() (authority.Token, error) {
		return nil, errors.New("the root's key is in a file or in the device that --token names; leave --token-keys out")
	})
	if err != nil {
		return nil, err
	}
	return authority.Signer(cmd.Context(), token, authority.RootLabel)
}

func newIssuerSignCommand() *cobra.Command {
	var root rootFlags
	var output string
	cmd := &cobra.Command{
		Use:   "sign REQUEST",
		Short: "Sign what a house asks for, as the root's holder",
		Long: `Sign says what the request asks for, and signs it by the root's key, at the offline machine: a certificate of the next issuing authority
or the revocation of one, and the root's next revocation list. The holder keeps copies of ca-root.pem and ca-root.crl: what the root has
revoked is taken from those, however old a list the request brings.`,
		Example: "  dougong trust issuer sign request.json --key ca-root.key -o answer.json\n  dougong trust issuer sign request.json --token 'dougong-pkcs11 --module MODULE.so --label root' -o answer.json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			suite, err := newSuite("")
			if err != nil {
				return err
			}
			data, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			r, err := authority.ParseIssuerRequest(data)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			h, err := root.holder(cmd, suite)
			if err != nil {
				return err
			}
			answer, list, err := h.Answer(cmd.Context(), r)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			if err := trust.Replace(root.list, list.PEM()); err != nil { // first: two lists of one number must never be
				return err
			}
			if err := os.WriteFile(output, answer.Bytes(), 0o644); err != nil {
				return err
			}
			return describeAnswer(cmd, r, answer, list, output)
		},
	}
	root.add(cmd)
	cmd.Flags().StringVarP(&output, "output", "o", "issuer.answer.json", "file to write")
	return cmd
}

// describeAnswer says what was signed.
func describeAnswer(cmd *cobra.Command, r *authority.IssuerRequest, answer *authority.IssuerAnswer, list *cert.List, name string) error {
	out := cmd.OutOrStdout()
	if r.Revoke != nil {
		c, err := cert.Parse(r.Revoke.Certificate)
		if err != nil {
			return err
		}
		last, err := cert.ParseList(answer.Last)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "revoked: issuing authority %d, %s, serial %s, reason %d, not trusted from log entry %d on; its last list is number %d with %d certificates\n",
			r.Number, c.Holder.Name, c.Serial, r.Revoke.Reason, r.Revoke.DistrustFrom, last.Number, len(last.Revoked))
	} else {
		c, err := cert.Parse(answer.Certificate)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "issuing authority %d: %s (%s), %s key %s, until %s\n", r.Number, c.Holder.Name, c.Holder.Organisation, c.Key.Type, c.Key.ID(), c.NotAfter.Format(time.DateOnly))
	}
	fmt.Fprintf(out, "the root's revocation list %d, %d certificates, until %s\n", list.Number, len(list.Revoked), list.NextUpdate.Format(time.DateOnly))
	_, err := fmt.Fprintf(cmd.ErrOrStderr(), "next: dougong trust issuer install %s --dir HOUSE, at the house\n", name)
	return err
}
