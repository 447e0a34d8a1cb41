package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func newVersionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version, and the versions of the engines inside",
		Example: "  dougong version",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			out := cmd.OutOrStdout()
			fmt.Fprintf(out, "dougong %s %s/%s %s\n", version(), runtime.GOOS, runtime.GOARCH, runtime.Version())
			for _, path := range []string{"github.com/dop251/goja", "github.com/tetratelabs/wazero", "github.com/hashicorp/go-plugin"} {
				fmt.Fprintf(out, "  %s %s\n", path, moduleVersion(path))
			}
			return nil
		},
	}
}

// version is the module version of this build, or "(devel)".
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}

func moduleVersion(path string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, dep := range info.Deps {
		if dep.Path == path {
			return dep.Version
		}
	}
	return "not in this build"
}
