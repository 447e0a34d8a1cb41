package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core/bundle"
	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// bundleLimits bound what is signed.
var bundleLimits = bundle.Limits{Files: 50_000, File: 256 << 20, Total: 1 << 30, Ratio: 200}

func newSignCommand() *cobra.Command {
	var passphrase passphraseFlags
	var s signing
	var keyFile, certFile string
	cmd := &cobra.Command{
		Use:   "sign [PLATFORM=]BUNDLE...",
		Short: "Sign a bundle as its vendor, reviewer or department",
		Long: `Sign makes a statement about a bundle (.dgp, .dgm) and puts it beside it, into BUNDLE.evidence: as its vendor with --as
release, and then, by others, --as review and --as signoff/DEPARTMENT. Several bundles are one release for several
platforms. ` + "`dougong trust sign`" + ` then puts the statements into the house's log, which completes the evidence.`,
		Example: `  dougong sign pay.dgp --key acme.key --cert acme.pem
  dougong sign linux/amd64=pay-linux.dgp windows/amd64=pay-windows.dgp --key acme.key --cert acme.pem
  dougong sign pay.dgp --as review --key reviewer.key --cert reviewer.pem`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s.name(args)
			if err := s.open(cmd, keyFile, certFile, &passphrase); err != nil {
				return err
			}
			return s.sign(cmd)
		},
	}
	passphrase.add(cmd)
	cmd.Flags().StringVar(&keyFile, "key", "", "key file of who signs")
	cmd.Flags().StringVar(&certFile, "cert", "", "certificate of who signs")
	cmd.Flags().StringVar(&s.as, "as", "release", "what is said: release, review, signoff/DEPARTMENT")
	cmd.Flags().StringVar(&s.minVersion, "min-version", "", "lowest version that hosts may still run once they have this one")
	cmd.Flags().BoolVar(&s.reject, "reject", false, "say that the review or sign-off did not pass")
	cmd.Flags().StringVar(&s.note, "note", "", "a note to the review or sign-off")
	return cmd
}

// signing is one run of the command.
type signing struct {
	suite            *gm.Suite
	by               *key.Soft
	holder           *cert.Certificate
	as, minVersion   string
	note             string
	reject           bool
	platforms, files []string
}

// open opens the key of who signs, and the certificate that is for it.
func (s *signing) open(cmd *cobra.Command, keyFile, certFile string, passphrase *passphraseFlags) (err error) {
	if s.suite, err = newSuite(""); err != nil {
		return err
	}
	if s.holder, err = readCertificate(certFile); err != nil {
		return fmt.Errorf("--cert: %w\nnext: dougong trust issue REQUEST.csr", err)
	}
	if s.by, err = openKey(cmd, s.suite, keyFile, passphrase); err != nil {
		return err
	}
	if s.holder.Key != s.by.Key() {
		return fmt.Errorf("the certificate of %q is not for this key", s.holder.Holder.Name)
	}
	return nil
}

// name splits PLATFORM=BUNDLE.
func (s *signing) name(args []string) {
	for _, arg := range args {
		platform, file, found := strings.Cut(arg, "=")
		if !found {
			platform, file = envelope.Any, arg
		}
		s.platforms, s.files = append(s.platforms, platform), append(s.files, file)
	}
}

func (s *signing) sign(cmd *cobra.Command) error {
	e, err := s.evidence(cmd)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(e.Certificates, func(der envelope.Base64) bool { return string(der) == string(s.holder.DER) }) {
		e.Certificates = append(e.Certificates, s.holder.DER)
	}
	for _, file := range s.files {
		if err := trust.Replace(file+trust.EvidenceSuffix, e.Bytes()); err != nil {
			return err
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%s: %s by %s (%s)\n", file+trust.EvidenceSuffix, s.as, s.holder.Holder.Name, s.holder.Holder.Organisation)
	}
	return nil
}

// evidence is what there was with the new statement: a vendor's begins anew.
func (s *signing) evidence(cmd *cobra.Command) (*trust.Evidence, error) {
	predicate, err := predicateOf(s.as)
	if err != nil {
		return nil, err
	}
	if predicate == envelope.VendorRelease {
		statement, err := s.release()
		if err != nil {
			return nil, err
		}
		return s.add(cmd, &trust.Evidence{}, statement)
	}
	e, err := trust.ReadEvidence(s.files[0])
	if err != nil {
		return nil, err
	}
	if e == nil || len(e.Statements) == 0 {
		return nil, fmt.Errorf("%s%s is not there: the vendor signs first\nnext: dougong sign %s --key VENDOR.key --cert VENDOR.pem", s.files[0], trust.EvidenceSuffix, s.files[0])
	}
	if err := s.same(e.Statements[0].Envelope); err != nil {
		return nil, err
	}
	statement, err := envelope.NewApproval(predicate, e.Statements[0].Envelope, !s.reject, s.note)
	if err != nil {
		return nil, err
	}
	return s.add(cmd, e, statement)
}

func (s *signing) add(cmd *cobra.Command, e *trust.Evidence, statement *envelope.Statement) (*trust.Evidence, error) {
	signed, err := envelope.Sign(cmd.Context(), s.suite, statement, s.by)
	if err != nil {
		return nil, err
	}
	e.Statements = append(e.Statements, trust.Logged{Envelope: signed})
	return e, nil
}

// same checks that the bundles are those that the vendor signed: nobody approves what they have not got.
func (s *signing) same(vendor *envelope.Envelope) error {
	release, err := vendor.Release()
	if err != nil {
		return err
	}
	for _, file := range s.files {
		a, err := trust.MeasureFile(s.suite, file)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(release.Artifacts, func(x envelope.Artifact) bool { return x.SHA256 == a.SHA256 && x.SM3 == a.SM3 }) {
			return fmt.Errorf("%s is not what the vendor signed as %s@%s", file, release.ID, release.Version)
		}
	}
	return nil
}

// release describes the bundles.
func (s *signing) release() (*envelope.Statement, error) {
	var out envelope.Release
	for i, file := range s.files {
		r, err := describeBundle(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		a, err := trust.MeasureFile(s.suite, file)
		if err != nil {
			return nil, err
		}
		if i > 0 && (r.ID != out.ID || r.Version != out.Version) {
			return nil, fmt.Errorf("%s is %s@%s, the first bundle is %s@%s: one release has one id and version", file, r.ID, r.Version, out.ID, out.Version)
		}
		content := r.Artifacts[0].Content
		r.Artifacts = append(out.Artifacts, envelope.Artifact{Platform: s.platforms[i], Size: a.Size, SHA256: a.SHA256, SM3: a.SM3, Content: content})
		out = *r
	}
	for _, n := range s.holder.Holder.Namespaces {
		if out.ID == n || strings.HasPrefix(out.ID, n+".") {
			out.Namespace = n
		}
	}
	if out.Namespace == "" {
		return nil, fmt.Errorf("%q lies in none of the namespaces %v of %q", out.ID, s.holder.Holder.Namespaces, s.holder.Holder.Name)
	}
	out.MinVersion = s.minVersion
	return envelope.NewRelease(out)
}

// describeBundle reads what a bundle is.
func describeBundle(file string) (*envelope.Release, error) {
	b, err := bundle.OpenFile(file, bundleLimits)
	if err != nil {
		return nil, err
	}
	r, err := describeOpened(b, file)
	return r, errors.Join(err, b.Close())
}

func describeOpened(b *bundle.Bundle, file string) (*envelope.Release, error) {
	index, err := b.Index()
	if err != nil {
		return nil, err
	}
	artifacts := []envelope.Artifact{{Content: index.Digest()}}
	if strings.EqualFold(filepath.Ext(file), ".dgm") {
		files, err := b.All()
		if err != nil {
			return nil, err
		}
		p, err := program.Load(program.MapFiles(files))
		if err != nil {
			return nil, err
		}
		asks, err := scopes(files[bundle.First])
		return &envelope.Release{Kind: trust.KindMiniProgram, ID: p.App.ID, Version: p.App.Version, Permissions: asks, Artifacts: artifacts}, err
	}
	text, err := b.ReadFile(manifest.FileName)
	if errors.Is(err, os.ErrNotExist) {
		return nil, errors.New("it is neither a plugin's bundle (.dgp) nor a mini-program's (.dgm)")
	}
	if err != nil {
		return nil, err
	}
	m, err := manifest.Parse(manifest.FileName, text)
	if err != nil {
		return nil, err
	}
	return &envelope.Release{Kind: trust.KindPlugin, ID: m.ID, Version: m.Version, Provides: m.Provides, Licence: m.Licence, Permissions: m.Permissions(), Artifacts: artifacts}, nil
}

// scopes are the permissions that a mini-program's manifest asks for.
func scopes(text []byte) ([]string, error) {
	var m struct {
		Permissions []struct {
			Name string `json:"name"`
		} `json:"req_permissions"`
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, fmt.Errorf("%s: %w", bundle.First, err)
	}
	var out []string
	for _, p := range m.Permissions {
		out = append(out, p.Name)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}
