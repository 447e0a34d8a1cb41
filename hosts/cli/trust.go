package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/registry/server"
)

func newTrustCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "trust",
		Short: "Keys, certificates and signatures of a house",
		Long: `Trust is the signing service of a house in one folder: a root and an issuing authority, certificates of vendors,
reviewers, departments and operators, a transparency log, takedown lists. docs/trust.md explains the parts.`,
		Example: `  dougong trust init --org House --dir house
  dougong trust key acme.key && dougong trust csr acme.key --name acme --org Acme --role vendor --namespace com.acme -o acme.csr
  dougong trust issue acme.csr --dir house -o acme.pem
  dougong sign pay.dgp --key acme.key --cert acme.pem
  dougong trust sign pay.dgp --dir house
  dougong verify pay.dgp --root house/root.json`,
	}
	return group(cmd, newTrustInitCommand(), newTrustKeyCommand(), newTrustCSRCommand(), newTrustIssueCommand(), newTrustCheckCommand(),
		newTrustRevokeCommand(), newTrustRenewCommand(), newTrustRefreshCommand(), newTrustRootCommand(), newTrustIssuerCommand(), newTrustSignCommand(), newTrustTakedownCommand(), newTrustVerifyCommand(), newTrustStatusCommand())
}

// houseFlags name a house's folder and open it.
type houseFlags struct {
	dir, policy string
	passphrase  passphraseFlags
	outside     deviceFlags
}

func (h *houseFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&h.dir, "dir", "trust", "folder of the house's trust")
	cmd.Flags().StringVar(&h.policy, "crypto-policy", "", "file with the cryptographic policy")
	h.passphrase.add(cmd)
	h.outside.add(cmd)
}

// token opens the folder's keys, or those of a device.
func (h *houseFlags) token(cmd *cobra.Command) (*gm.Suite, authority.Token, error) {
	suite, err := newSuite(h.policy)
	if err != nil {
		return nil, nil, err
	}
	token, err := h.outside.open(cmd.Context(), func() (authority.Token, error) {
		passphrase, err := h.passphrase.read(cmd)
		if err != nil {
			return nil, err
		}
		return authority.NewFolder(suite, filepath.Join(h.dir, "keys"), passphrase, authority.Sealing{}), nil
	})
	return suite, token, err
}

func (h *houseFlags) open(cmd *cobra.Command) (*gm.Suite, *authority.Authority, error) {
	suite, token, err := h.token(cmd)
	if err != nil {
		return nil, nil, err
	}
	a, err := openAuthority(suite, h.dir, token)
	return suite, a, err
}

// read opens the house for a command that signs nothing: nobody is asked for a passphrase.
func (h *houseFlags) read() (*authority.Authority, error) {
	suite, err := newSuite(h.policy)
	if err != nil {
		return nil, err
	}
	return openAuthority(suite, h.dir, nil)
}

// openAuthority opens a house's folder, whose log may be kept by a registry on this machine or in a database.
func openAuthority(suite *gm.Suite, dir string, token authority.Token) (*authority.Authority, error) {
	place, err := authority.MovedTo(dir)
	if err != nil {
		return nil, err
	}
	if place == nil {
		return authority.Open(suite, dir, token, time.Now)
	}
	return authority.OpenKept(suite, dir, token, time.Now, server.Keeper{Suite: suite, Place: *place, Now: time.Now})
}

func newTrustInitCommand() *cobra.Command {
	var house houseFlags
	var c authority.Ceremony
	var algorithm string
	var require, witness []string
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Hold the key ceremony: make a root of trust",
		Long: `Init makes keys and certificates of a root and an issuing authority, the keys of a log, and root.json, which hosts pin.
After it, move the files keys/ca-root.key and keys/root-*.key to an offline machine: they are needed again only to exchange
keys (dougong trust issuer, dougong trust root), the former with copies of ca-root.pem and ca-root.crl. What every bundle must have is said by --require: review, signoff/DEPARTMENT, each with a number of holders.`,
		Example: "  dougong trust init --org House --dir house --require review=1 --require signoff/legal=1",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			suite, token, err := house.token(cmd)
			if err != nil {
				return err
			}
			c.Algorithm = gm.Algorithm(algorithm)
			if house.policy != "" {
				policy := suite.Policy()
				c.Crypto = &policy
			}
			if c.Require, err = requirements(require); err != nil {
				return err
			}
			if c.Witnesses, err = witnesses(witness); err != nil {
				return err
			}
			a, err := authority.Init(cmd.Context(), suite, house.dir, token, c, time.Now)
			if err != nil {
				return err
			}
			first, err := a.Issuing()
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			fmt.Fprintf(out, "root of trust of %s, %s\nroot certificate     %s, until %s\nissuing certificate  %s, until %s\npin this file        %s\n", c.Organisation, algorithm,
				a.Root.Serial, a.Root.NotAfter.Format(time.DateOnly), first.Certificate.Serial, first.Certificate.NotAfter.Format(time.DateOnly), filepath.Join(house.dir, authority.RootFile))
			fmt.Fprintf(cmd.ErrOrStderr(), "note: move %s and %s to an offline machine, and copy %s and %s there\n", filepath.Join(house.dir, "keys", "ca-root.key"), filepath.Join(house.dir, "keys", "root-*.key"),
				filepath.Join(house.dir, authority.RootCAFile), filepath.Join(house.dir, authority.RootListFile))
			return nil
		},
	}
	house.add(cmd)
	cmd.Flags().StringVar(&c.Organisation, "org", "", "name of the organisation")
	cmd.Flags().StringVar(&algorithm, "algorithm", string(gm.SM2), "algorithm of certificates and metadata: sm2 or ed25519")
	cmd.Flags().IntVar(&c.RootKeys, "root-keys", authority.DefaultRootKeys, "number of holders of the root metadata")
	cmd.Flags().IntVar(&c.Threshold, "threshold", 0, "how many of them must sign (default: the majority)")
	cmd.Flags().StringArrayVar(&require, "require", nil, "what every bundle needs beside its vendor's signature: review=1, signoff/legal=1")
	cmd.Flags().StringArrayVar(&witness, "witness", nil, "who co-signs the log: NAME=KEYFILE, of which the public half is read")
	cmd.Flags().IntVar(&c.WitnessCount, "witnesses", 0, "how many of them must co-sign what hosts believe")
	return cmd
}

// requirements reads "review=2" and "signoff/legal". The vendor's own statement is always needed.
func requirements(list []string) ([]trust.Requirement, error) {
	out := []trust.Requirement{{Predicate: envelope.VendorRelease, Threshold: 1}}
	for _, text := range list {
		what, number, found := strings.Cut(text, "=")
		n := 1
		if found {
			var err error
			if n, err = strconv.Atoi(number); err != nil || n < 1 {
				return nil, fmt.Errorf("--require %q: expected a number of holders behind the =", text)
			}
		}
		predicate, err := predicateOf(what)
		if err != nil {
			return nil, err
		}
		out = append(out, trust.Requirement{Predicate: predicate, Threshold: n})
	}
	return out, nil
}

// predicateOf reads a statement's short name.
func predicateOf(what string) (string, error) {
	department, isSignOff := strings.CutPrefix(what, "signoff/")
	switch {
	case what == "release":
		return envelope.VendorRelease, nil
	case what == "review":
		return envelope.ReviewApproval, nil
	case isSignOff && department != "":
		return envelope.SignOff(department), nil
	}
	return "", fmt.Errorf("unknown statement %q; expected release, review or signoff/DEPARTMENT", what)
}

func newTrustKeyCommand() *cobra.Command {
	var passphrase passphraseFlags
	var algorithm, kdf, cipher string
	cmd := &cobra.Command{
		Use:     "key FILE",
		Short:   "Make a key in a file that a passphrase protects",
		Example: "  dougong trust key acme.key --algorithm sm2",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			suite, err := newSuite("")
			if err != nil {
				return err
			}
			text, err := passphrase.read(cmd)
			if err != nil {
				return err
			}
			private, err := suite.GenerateKey(gm.Algorithm(algorithm))
			if err != nil {
				return err
			}
			label := strings.TrimSuffix(filepath.Base(args[0]), ".key")
			data, err := authority.SealKey(suite, label, private, text, authority.Sealing{KDF: kdf, Cipher: gm.Algorithm(cipher)})
			if err != nil {
				return err
			}
			if err := writeNew(args[0], data); err != nil {
				return err
			}
			return printKey(cmd, suite, data, text, args[0])
		},
	}
	passphrase.add(cmd)
	cmd.Flags().StringVar(&algorithm, "algorithm", string(gm.SM2), "sm2 or ed25519")
	cmd.Flags().StringVar(&kdf, "kdf", authority.Argon2id, "how the passphrase becomes a key: argon2id or scrypt")
	cmd.Flags().StringVar(&cipher, "cipher", string(gm.SM4GCM), "sm4-gcm or aes-gcm")
	return cmd
}

// printKey opens the file that was just written: a key that cannot be read again is found now.
func printKey(cmd *cobra.Command, suite *gm.Suite, data, passphrase []byte, name string) error {
	k, err := authority.OpenKey(suite, data, passphrase)
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s  %s key %s\n", name, k.Key().Type, k.Key().ID())
	return nil
}

// writeNew writes a private file that must not be there yet.
func writeNew(name string, data []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return joinClose(err, f.Close)
}
