package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core/conformance/project"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

func newPluginBuildCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "build [DIR]",
		Short: "Build a plugin by the commands in its plugin.yaml",
		Long: `Build runs the commands under "build" in DIR/plugin.yaml, one after the other, in DIR. They are programs with arguments,
run without a shell.`,
		Example: "  dougong plugin build acme-face",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := project.Open(folder(args))
			if err != nil {
				return err
			}
			if len(p.Manifest.Build) == 0 {
				return fmt.Errorf("plugin %q has no build commands\nnext: name them in %s/%s: build: [{run: [make, plugin.wasm]}]", p.Manifest.ID, p.Dir, manifest.FileName)
			}
			if err := p.Build(cmd.Context(), cmd.ErrOrStderr()); err != nil {
				return err
			}
			printBuilt(cmd.OutOrStdout(), p)
			return nil
		},
	}
}

func printBuilt(out io.Writer, p *project.Project) {
	fmt.Fprintf(out, "built %s %s\nnext: dougong plugin test %s\n", p.Manifest.ID, p.Manifest.Version, p.Dir)
}

// folder is the folder that a command works on: its argument, or the working folder.
func folder(args []string) string {
	if len(args) > 0 {
		return args[0]
	}
	return "."
}
