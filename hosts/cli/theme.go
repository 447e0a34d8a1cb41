package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core/config"
)

func newThemeCommand() *cobra.Command {
	var flags hostFlags
	cmd := &cobra.Command{
		Use:   "theme [SUPERAPP.yaml]",
		Short: "Change a super-app's look in a browser and see it at once",
		Long: `Theme runs a super-app and prints the address of its theme editor: colours, capsule, menu, launcher and more in a form,
beside the real shell that takes every change over at once. Saving writes superapp.yaml; comments, order and everything else
stay as they are. The editor needs the token of the printed address, and ` + "`dougong run`" + ` has none.`,
		Example: "  dougong theme superapp.yaml",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			target := config.FileName
			if len(args) > 0 {
				target = args[0]
			}
			flags.theme = true
			cfg, err := loadTarget(target, &flags, cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			if cfg.File == "" {
				return fmt.Errorf("%s has no superapp.yaml to write a look to\nnext: name a superapp.yaml", target)
			}
			return serve(cmd.Context(), cfg, &flags, cmd.OutOrStdout(), cmd.ErrOrStderr(), nil)
		},
	}
	flags.add(cmd)
	return cmd
}
