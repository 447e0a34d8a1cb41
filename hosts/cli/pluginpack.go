package cli

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core/conformance/project"
	"github.com/dougong-dev/dougong/hosts/internal/phrase"
)

func newPluginPackCommand() *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "pack [DIR]",
		Short: "Pack a built plugin into one file",
		Long: `Pack writes plugin.yaml and what it names, the contracts, the README, the icon and the report of the cases, if there
is one, into a bundle. The same files give the same bytes. A super-app uses it as it uses the folder: path: acme-face.dgp`,
		Example: "  dougong plugin test acme-face && dougong plugin pack acme-face\n  dougong plugin pack acme-face -o acme-face.dgp",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := project.Open(folder(args))
			if err != nil {
				return err
			}
			packed, err := p.Pack()
			if err != nil {
				return err
			}
			if output == "" {
				output = p.Manifest.ID + "-" + p.Manifest.Version + project.Suffix
			}
			if err := os.WriteFile(output, packed.Data, 0o644); err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			fmt.Fprintf(out, "packed %s %s: %s, %d bytes\n%s  sha256:%s\n", p.Manifest.ID, p.Manifest.Version, phrase.Count(packed.Files, "file"), len(packed.Data), output, packed.Digest)
			if !packed.Tested {
				fmt.Fprintf(cmd.ErrOrStderr(), "note: there is no %s; `dougong plugin test %s` makes one\n", project.ReportFile, p.Dir)
			}
			return nil
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "file to write (default ID-VERSION.dgp)")
	return cmd
}
