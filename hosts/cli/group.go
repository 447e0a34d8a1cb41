package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// group makes cmd a command that only holds subcommands. By itself it shows its help; a word that is none of them is an
// error, where cobra would show the help and exit as if all were well.
func group(cmd *cobra.Command, subcommands ...*cobra.Command) *cobra.Command {
	cmd.AddCommand(subcommands...)
	cmd.DisableFlagsInUseLine = true
	cmd.Args = noSubcommand
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	return cmd
}

// noSubcommand refuses what is left over once cobra has looked for a subcommand.
func noSubcommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	path := cmd.CommandPath()
	next := path + " --help"
	cmd.SuggestionsMinimumDistance = 2 // letters; cobra's own default, which it sets too late for us
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		next = path + " " + near[0] + " --help"
	}
	return fmt.Errorf("%s has no subcommand %q; it has: %s%s%s", path, args[0], strings.Join(names, ", "), nextMark, next)
}
