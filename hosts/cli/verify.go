package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/hosts/internal/phrase"
)

func newVerifyCommand() *cobra.Command { return verifyCommand("verify") }

func newTrustVerifyCommand() *cobra.Command { return verifyCommand("verify") }

func verifyCommand(use string) *cobra.Command {
	var root, platform, state, policy string
	var asJSON, metadata bool
	cmd := &cobra.Command{
		Use:   use + " BUNDLE",
		Short: "Verify a bundle, or an offline file, without a network",
		Long: `Verify follows a bundle's evidence (BUNDLE.evidence beside it, or an offline file .dgo) to the root of trust that --root
names, and says each thing that it looked at. It calls nobody. With --state it remembers what it has seen, as a host does,
and refuses what is older.`,
		Example: "  dougong verify pay.dgp --root house/root.json\n  dougong verify pay.dgo --root house/root.json --json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			suite, err := newSuite(policy)
			if err != nil {
				return err
			}
			o := trust.Options{Suite: suite, Metadata: metadata}
			if o.Root, err = os.ReadFile(root); err != nil {
				return fmt.Errorf("--root: %w\nnext: name the root.json of the house that you trust", err)
			}
			if state != "" {
				o.Store = &trust.FileStore{Path: state}
			}
			a, e, err := readSigned(suite, args[0])
			if err != nil {
				return err
			}
			a.Platform = platform
			v := trust.Verify(cmd.Context(), a, e, o)
			if asJSON {
				fmt.Fprintf(cmd.OutOrStdout(), "%s", v.JSON())
			} else {
				fmt.Fprint(cmd.OutOrStdout(), v)
			}
			if !v.OK() {
				return &ExitError{Code: ExitFailed, Err: v.Err()}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&root, "root", "root.json", "root of trust: root metadata of the house")
	cmd.Flags().StringVar(&platform, "platform", runtime.GOOS+"/"+runtime.GOARCH, "platform that it shall run on")
	cmd.Flags().StringVar(&state, "state", "", "file to remember what was seen, and refuse what is older")
	cmd.Flags().StringVar(&policy, "crypto-policy", "", "file with the cryptographic policy")
	cmd.Flags().BoolVar(&metadata, "metadata", false, "want repository metadata that shows that it is offered now")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the verdict as JSON")
	return cmd
}

// readSigned measures a bundle and reads its evidence, from beside it or from an offline file.
func readSigned(suite *gm.Suite, name string) (trust.Artifact, *trust.Evidence, error) {
	if strings.EqualFold(filepath.Ext(name), trust.OfflineSuffix) {
		o, err := trust.OpenOffline(name)
		if err != nil {
			return trust.Artifact{}, nil, err
		}
		a, err := o.Measure(suite)
		return a, o.Evidence, errors.Join(err, o.Close())
	}
	a, err := trust.MeasureFile(suite, name)
	if err != nil {
		return a, nil, err
	}
	e, err := trust.ReadEvidence(name)
	return a, e, err
}

func newTrustSignCommand() *cobra.Command {
	var house houseFlags
	var output string
	cmd := &cobra.Command{
		Use:   "sign BUNDLE...",
		Short: "Log a bundle's statements and complete its evidence",
		Long: `Sign puts the statements beside a bundle into the house's log, if the certificates of those who signed are good now, and
completes BUNDLE.evidence: proofs, the signed log head, revocation lists, the takedown list. Do it again to bring evidence up
to date. With --output it also writes an offline file: bundle and evidence in one.`,
		Example: "  dougong trust sign pay.dgp --dir house\n  dougong trust sign pay.dgp --dir house -o pay.dgo",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if output != "" && len(args) > 1 {
				return errors.New("--output is for one bundle")
			}
			_, a, err := house.open(cmd)
			if err != nil {
				return err
			}
			for _, name := range args {
				e, err := trust.ReadEvidence(name)
				if err == nil && e == nil {
					err = fmt.Errorf("%s%s is not there\nnext: dougong sign %s --key VENDOR.key --cert VENDOR.pem", name, trust.EvidenceSuffix, name)
				}
				if err != nil {
					return err
				}
				if e, err = a.Publish(cmd.Context(), e); err != nil {
					return err
				}
				if err := trust.Replace(name+trust.EvidenceSuffix, e.Bytes()); err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%s: %s, log of %s\n", name+trust.EvidenceSuffix, phrase.Count(len(e.Statements), "statement"), phrase.Count(a.Log().Size(), "entry"))
				if output != "" {
					if err := writeOffline(output, name, e); err != nil {
						return err
					}
				}
			}
			return nil
		},
	}
	house.add(cmd)
	cmd.Flags().StringVarP(&output, "output", "o", "", "offline file to write (.dgo)")
	return cmd
}

func writeOffline(output, name string, e *trust.Evidence) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	kind := trust.KindPlugin
	if strings.EqualFold(filepath.Ext(name), ".dgm") {
		kind = trust.KindMiniProgram
	}
	f, err := os.Create(output)
	if err != nil {
		return err
	}
	return joinClose(trust.WriteOffline(f, kind, data, e), f.Close)
}
