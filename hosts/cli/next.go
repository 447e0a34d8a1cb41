package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core/config"
)

// nextMark begins what an error says to do next.
const nextMark = "\nnext: "

// withNext ends an error with what to do next, if it does not say so by itself.
func withNext(cmd *cobra.Command, err error) error {
	if strings.Contains(err.Error(), nextMark) {
		return err
	}
	return fmt.Errorf("%w%s%s", err, nextMark, nextStep(cmd, err))
}

// nextStep is what mends errors of a kind, whichever command they come from.
func nextStep(cmd *cobra.Command, err error) string {
	var dns *net.DNSError
	away := errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ENETUNREACH) || errors.Is(err, syscall.EHOSTUNREACH) || errors.As(err, &dns)
	if away && cmd.Flags().Lookup("registry") != nil {
		return "start a registry (dougong registry serve), or name one that runs with --registry or " + registryVariable
	}
	if errors.Is(err, fs.ErrPermission) {
		return "let this user read and write it, or name another file"
	}
	return cmd.CommandPath() + " --help"
}

// adviseArgs has every command say what it takes when it is given too few or too many arguments.
func adviseArgs(c *cobra.Command) {
	if check := c.Args; check != nil {
		c.Args = func(c *cobra.Command, args []string) error {
			err := check(c, args)
			if err == nil || strings.Contains(err.Error(), nextMark) {
				return err
			}
			path := c.CommandPath()
			return fmt.Errorf("%s: expected %s, found %s%s%s --help", path, argumentsOf(c), foundArguments(args), nextMark, path)
		}
	}
	for _, sub := range c.Commands() {
		adviseArgs(sub)
	}
}

// argumentsOf is what stands behind a command's name in its usage.
func argumentsOf(c *cobra.Command) string {
	if _, wanted, ok := strings.Cut(c.Use, " "); ok {
		return wanted
	}
	return "no arguments"
}

func foundArguments(args []string) string {
	if len(args) == 0 {
		return "nothing"
	}
	return strings.Join(args, " ")
}

// readConfig reads a superapp.yaml for commands that show and start none of it: a picture or a plugin that is gone must not keep
// anybody from its crash reports.
func readConfig(path string) (*config.Config, error) {
	path, data, err := readFile(path)
	if err != nil {
		return nil, err
	}
	anywhere := func(id string) string { return id }
	return config.ParseBeside(path, data, os.Environ(), anywhere)
}

// readFile reads a superapp.yaml, or that of a folder, and tells which file that is.
func readFile(path string) (string, []byte, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, config.FileName)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		_, err = found(nil, fmt.Errorf("read configuration: %w", err))
	}
	return path, data, err
}

// found says where to look for a file that is not there.
func found(cfg *config.Config, err error) (*config.Config, error) {
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w%sname a %s, or go to the folder that has one", err, nextMark, config.FileName)
	}
	return cfg, err
}
