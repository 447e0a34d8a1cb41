package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core/trust"
)

func newRegistryGetCommand() *cobra.Command {
	var output, platform string
	var known []int64
	cmd := asking("get ID VERSION", "Download a release with its evidence", "get com.acme.face 1.2.0 -o face.dgp && dougong verify face.dgp --root root.json", cobra.ExactArgs(2), nil)
	cmd.Long = `Get writes the file for a platform, and beside it FILE.evidence: what dougong verify and every host judge it by. It is not
verified by being downloaded.`
	kind := kindFlag(cmd)
	cmd.Flags().StringVarP(&output, "output", "o", "", "file to write (default: the release's own name)")
	cmd.Flags().StringVar(&platform, "platform", runtime.GOOS+"/"+runtime.GOARCH, "OS/ARCH")
	cmd.Flags().Int64SliceVar(&known, "known", nil, "sizes of the log that the hosts have seen which it is for (dougong trust status tells them): the evidence shows that it is the same log")
	cmd.RunE = func(cmd *cobra.Command, args []string) (err error) {
		goos, arch, ok := strings.Cut(platform, "/")
		if !ok {
			return fmt.Errorf("--platform %q: expected OS/ARCH, such as linux/amd64", platform)
		}
		c, err := registryClient(cmd)
		if err != nil {
			return err
		}
		defer c.Close()
		e, err := c.Evidence(cmd.Context(), kind(), args[0], args[1], goos, arch, known...)
		if err != nil {
			return err
		}
		f, err := os.CreateTemp(filepath.Dir(output), ".get-")
		if err != nil {
			return err
		}
		defer func() {
			if err != nil {
				_ = os.Remove(f.Name()) // the error is the one before
			}
		}()
		found, err := c.Download(cmd.Context(), kind(), args[0], args[1], goos, arch, f)
		if err = errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
			return err
		}
		if output == "" {
			output = filepath.Base(found.Filename)
		}
		if err := errors.Join(os.Rename(f.Name(), output), trust.Replace(output+trust.EvidenceSuffix, e.Bytes())); err != nil {
			return err
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%s and %s\n", output, output+trust.EvidenceSuffix)
		return nil
	}
	return cmd
}
