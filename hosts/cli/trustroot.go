package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/tuf"
)

func newTrustRootCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "root",
		Short: "Exchange keys of the root of trust",
		Long: `A new root is made where the house's folder is, carried to the machines of the root keys' holders as a file, signed there by as
many as the old root and the new one ask for, and brought back. Hosts follow it by themselves: evidence shows it to them.`,
		Example: `  dougong trust root rotate --dir house --metadata timestamp,snapshot,targets -o next.root.json
  dougong trust root sign next.root.json --root root.json --key root-1.key      # at one holder's machine
  dougong trust root sign next.root.json --root root.json --key root-2.key      # at another's
  dougong trust root publish next.root.json --dir house                         # then send the registry SIGHUP`,
	}
	return group(cmd, newTrustRootRotateCommand(), newTrustRootAddKeyCommand(), newTrustRootSignCommand(), newTrustRootPublishCommand())
}

// draft makes a draft of a change and writes it.
func draft(cmd *cobra.Command, house *houseFlags, c authority.RootChange, output string) error {
	suite, a, err := house.open(cmd)
	if err != nil {
		return err
	}
	data, err := a.Draft(cmd.Context(), c)
	if err != nil {
		return err
	}
	set, _, err := a.Roots(suite)
	if err != nil {
		return err
	}
	if err := os.WriteFile(output, data, 0o644); err != nil {
		return err
	}
	if err := describeDraft(cmd, set, data, output); err != nil {
		return err
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "next: dougong trust root sign %s --root ROOT.json --key ROOT-KEY.key, by each holder; then dougong trust root publish %s --dir %s\n", output, output, house.dir)
	return nil
}

func newTrustRootRotateCommand() *cobra.Command {
	var house houseFlags
	var output string
	var add, witness []string
	c := authority.RootChange{}
	cmd := &cobra.Command{
		Use:   "rotate",
		Short: "Make the next root: new keys, holders, thresholds, witnesses",
		Long: `Rotate makes the next root, which runs ten years from now, and signs nothing. The keys of --metadata and --log are made anew, here;
holders of the root are added by the public half of their key files. Whose key was stolen is taken out by --remove-key.`,
		Example: "  dougong trust root rotate --dir house --metadata timestamp,targets --add-key kim.key --remove-key 3f…9a --threshold 2",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if err := addHolders(&c, add); err != nil {
				return err
			}
			if c.AddWitnesses, err = witnesses(witness); err != nil {
				return err
			}
			return draft(cmd, &house, c, output)
		},
	}
	house.add(cmd)
	cmd.Flags().StringSliceVar(&c.Metadata, "metadata", nil, "roles whose keys are made anew: timestamp, snapshot, targets")
	cmd.Flags().BoolVar(&c.Log, "log", false, "make the log's keys anew")
	cmd.Flags().StringArrayVar(&add, "add-key", nil, "key file of a new holder, of which the public half is read")
	cmd.Flags().StringArrayVar(&c.Remove, "remove-key", nil, "id of a holder's key that is taken out")
	cmd.Flags().IntVar(&c.Threshold, "threshold", 0, "how many holders must sign (default as before)")
	cmd.Flags().StringArrayVar(&witness, "witness", nil, "one more who co-signs the log: NAME=KEYFILE, of which the public half is read")
	cmd.Flags().StringArrayVar(&c.RemoveWitnesses, "remove-witness", nil, "name of one who co-signs no more")
	cmd.Flags().IntVar(&c.WitnessCount, "witnesses", -1, "how many witnesses must co-sign (default as before)")
	cmd.Flags().StringVarP(&output, "output", "o", "next.root.json", "file to write")
	return cmd
}

func addHolders(c *authority.RootChange, files []string) error {
	for _, file := range files {
		k, err := publicKey(file)
		if err != nil {
			return err
		}
		c.Add = append(c.Add, k)
	}
	return nil
}

func newTrustRootAddKeyCommand() *cobra.Command {
	var house houseFlags
	var output string
	c := authority.RootChange{WitnessCount: -1}
	cmd := &cobra.Command{
		Use:     "add-key KEYFILE...",
		Short:   "Make the next root with one more holder",
		Example: "  dougong trust root add-key kim.key --dir house --threshold 3",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := addHolders(&c, args); err != nil {
				return err
			}
			return draft(cmd, &house, c, output)
		},
	}
	house.add(cmd)
	cmd.Flags().IntVar(&c.Threshold, "threshold", 0, "how many holders must sign (default as before)")
	cmd.Flags().StringVarP(&output, "output", "o", "next.root.json", "file to write")
	return cmd
}

func newTrustRootSignCommand() *cobra.Command {
	var passphrase passphraseFlags
	var rootFile, keyFile, output string
	cmd := &cobra.Command{
		Use:   "sign DRAFT",
		Short: "Sign the next root, as one of its holders",
		Long: `Sign says what the draft changes in the root that it follows, and signs it by a holder's key. --root is the holder's own copy of
that root: the draft's word for what it follows is not taken.`,
		Example: "  dougong trust root sign next.root.json --root root.json --key root-1.key",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			suite, err := newSuite("")
			if err != nil {
				return err
			}
			set, data, err := readDraft(suite, rootFile, args[0])
			if err != nil {
				return err
			}
			d, err := set.ReadDraft(data)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			k, err := openKey(cmd, suite, keyFile, &passphrase)
			if err != nil {
				return err
			}
			if err := set.MaySign(d, k.Key()); err != nil {
				return err
			}
			if data, err = tuf.AddSignatures(cmd.Context(), suite, data, k); err != nil {
				return err
			}
			if output == "" {
				output = args[0]
			}
			if err := trust.Replace(output, data); err != nil {
				return err
			}
			return describeDraft(cmd, set, data, output)
		},
	}
	passphrase.add(cmd)
	cmd.Flags().StringVar(&rootFile, "root", "root.json", "the root that the draft follows")
	cmd.Flags().StringVar(&keyFile, "key", "", "the holder's key file")
	cmd.Flags().StringVarP(&output, "output", "o", "", "file to write (default: the draft itself)")
	return cmd
}

// readDraft reads a draft and the root that it follows.
func readDraft(suite *gm.Suite, rootFile, draftFile string) (*tuf.Set, []byte, error) {
	root, err := os.ReadFile(rootFile)
	if err != nil {
		return nil, nil, fmt.Errorf("--root: %w", err)
	}
	set, err := tuf.New(suite, root, time.Now())
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", rootFile, err)
	}
	data, err := os.ReadFile(draftFile)
	return set, data, err
}

func newTrustRootPublishCommand() *cobra.Command {
	var house houseFlags
	cmd := &cobra.Command{
		Use:     "publish DRAFT",
		Short:   "Make a root that enough have signed the house's",
		Example: "  dougong trust root publish next.root.json --dir house",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			a, err := house.read()
			if err != nil {
				return err
			}
			data, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			root, err := a.InstallRoot(cmd.Context(), data)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			name := authority.RootName(root.Version)
			fmt.Fprintf(cmd.OutOrStdout(), "root version %d, until %s: %s\n", root.Version, root.Expires.Format(time.DateOnly), filepath.Join(house.dir, name))
			fmt.Fprintf(cmd.ErrOrStderr(), "next: send the registry SIGHUP, so that it signs by the new keys (it looks by itself every minute); hosts that pin an older root follow by themselves\n")
			return nil
		},
	}
	house.add(cmd)
	return cmd
}

// describeDraft says what a draft changes, and how many have signed.
func describeDraft(cmd *cobra.Command, set *tuf.Set, data []byte, name string) error {
	d, err := set.ReadDraft(data)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	lines, err := differences(set.Root(), d.Root)
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "root version %d, until %s\n%s", d.Root.Version, d.Root.Expires.Format(time.DateOnly), strings.Join(lines, ""))
	fmt.Fprintf(cmd.OutOrStdout(), "signed by %d of %d keys of the root before, %d of %d of its own\n", d.Before.Have, d.Before.Need, d.Own.Have, d.Own.Need)
	return nil
}

// differences says a line for each thing that one root has otherwise than another.
func differences(old, next *tuf.Root) (out []string, err error) {
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	for _, name := range slices.Sorted(maps.Keys(next.Roles)) {
		was, is := old.Roles[name], next.Roles[name]
		for _, id := range is.KeyIDs {
			if !slices.Contains(was.KeyIDs, id) {
				say("+ %s: %s key %s\n", name, next.Keys[id].Type, id)
			}
		}
		for _, id := range was.KeyIDs {
			if !slices.Contains(is.KeyIDs, id) {
				say("- %s: %s key %s\n", name, old.Keys[id].Type, id)
			}
		}
		if was.Threshold != is.Threshold {
			say("~ %s: %d must sign, before %d\n", name, is.Threshold, was.Threshold)
		}
	}
	before, after := map[string]json.RawMessage{}, map[string]json.RawMessage{}
	if err := json.Unmarshal(old.Anchors, &before); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(next.Anchors, &after); err != nil {
		return nil, err
	}
	all := maps.Clone(before)
	maps.Copy(all, after)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if !bytes.Equal(before[name], after[name]) {
			say("~ %s: %s\n  before: %s\n", name, orNothing(after[name]), orNothing(before[name]))
		}
	}
	return out, nil
}

func orNothing(data json.RawMessage) string {
	if len(data) == 0 {
		return "nothing"
	}
	return string(data)
}
