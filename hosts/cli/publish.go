package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/registry/client"
	"github.com/dougong-dev/dougong/registry/release"
	"github.com/dougong-dev/dougong/registry/store"
)

func newPublishCommand() *cobra.Command {
	var passphrase passphraseFlags
	var s signing
	var keyFile, certFile, visibility string
	cmd := registryFlag(&cobra.Command{
		Use:   "publish [PLATFORM=]BUNDLE...",
		Short: "Publish a plugin or a mini-program in a registry",
		Long: `Publish uploads a release: its bundles, and what their vendor signed about them. With --key and --cert it signs now; without,
it takes what ` + "`dougong sign`" + ` put beside the first bundle. The registry takes all of it or nothing; if the answer is lost, run the
command again. A release of several files names the platform of each.`,
		Example: "  dougong plugin pack acme-face -o face.dgp && dougong publish face.dgp --key acme.key --cert acme.pem\n" +
			"  dougong publish linux/amd64=face-linux.dgp darwin/arm64=face-mac.dgp --key acme.key --cert acme.pem",
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := registryClient(cmd)
			if err != nil {
				return err
			}
			defer c.Close()
			s.as = "release"
			s.name(args)
			if keyFile != "" {
				err = s.open(cmd, keyFile, certFile, &passphrase)
			}
			if err != nil {
				return err
			}
			signed, err := s.signed(cmd)
			if err != nil {
				return err
			}
			signed.Visibility = store.Visibility(visibility)
			p, err := upload(cmd.Context(), c, signed, s.files)
			if err != nil {
				return err
			}
			word := "published"
			if p.Again {
				word = "was published already:"
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s %s %s, leaf %d of the log\n", word, p.ID, p.Version, p.Log)
			return s.passOn(cmd, c, p)
		},
	})
	passphrase.add(cmd)
	cmd.Flags().StringVar(&keyFile, "key", "", "vendor's key file to sign with (dougong trust key)")
	cmd.Flags().StringVar(&certFile, "cert", "", "vendor's certificate")
	cmd.Flags().StringVar(&visibility, "visibility", "", "of a package whose first version it is: public, or internal to the organisation (default the organisation's)")
	cmd.Flags().StringVar(&s.minVersion, "min-version", "", "lowest version that hosts may still run once they have this one")
	return cmd
}

// signed is what the vendor says: signed now, or before.
func (s *signing) signed(cmd *cobra.Command) (client.Signed, error) {
	e, err := trust.ReadEvidence(s.files[0])
	switch {
	case s.by != nil:
		e, err = s.evidence(cmd)
		if err == nil {
			e.Certificates = append(e.Certificates, s.holder.DER)
		}
	case err == nil && e == nil:
		err = fmt.Errorf("%s%s is not there\nnext: give --key VENDOR.key --cert VENDOR.pem, or sign it: dougong sign %s", s.files[0], trust.EvidenceSuffix, s.files[0])
	}
	if err != nil {
		return client.Signed{}, err
	}
	return vendorOf(e)
}

// passOn sends what others have said about the bundle already.
func (s *signing) passOn(cmd *cobra.Command, c *client.Client, p *release.Published) error {
	if s.by != nil {
		return nil // signed just now: nobody else has seen it
	}
	e, err := trust.ReadEvidence(s.files[0])
	if err != nil {
		return err
	}
	signed, err := vendorOf(e)
	if err != nil {
		return err
	}
	for _, l := range e.Statements {
		st, err := l.Envelope.Statement()
		if err != nil {
			return err
		}
		if st.PredicateType == envelope.VendorRelease {
			continue
		}
		said, err := c.Approve(cmd.Context(), p.Kind, p.ID, p.Version, client.Signed{Envelope: l.Envelope.Bytes(), Certificates: signed.Certificates})
		if err != nil {
			return err
		}
		fmt.Fprintf(cmd.OutOrStdout(), "  %s, leaf %d of the log\n", said.Predicate, said.Log)
	}
	return nil
}

// vendorOf takes the vendor's statement and all certificates out of evidence.
func vendorOf(e *trust.Evidence) (client.Signed, error) {
	var out client.Signed
	for _, l := range e.Statements {
		if s, err := l.Envelope.Statement(); err == nil && s.PredicateType == envelope.VendorRelease {
			out.Envelope = l.Envelope.Bytes()
		}
	}
	if out.Envelope == nil {
		return out, errors.New("the evidence has no statement of a vendor")
	}
	for _, der := range e.Certificates {
		c, err := cert.Parse(der)
		if err != nil {
			return out, err
		}
		out.Certificates = append(out.Certificates, c.PEM()...)
	}
	return out, nil
}

func upload(ctx context.Context, c *client.Client, signed client.Signed, names []string) (p *release.Published, err error) {
	var files []io.Reader
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer func() { _ = f.Close() }() // only read
		files = append(files, f)
	}
	return c.Publish(ctx, signed, files...)
}
