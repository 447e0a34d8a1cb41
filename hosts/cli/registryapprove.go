package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/hosts/internal/phrase"
	"github.com/dougong-dev/dougong/registry/client"
)

func newRegistryApproveCommand() *cobra.Command {
	var passphrase passphraseFlags
	var s signing
	var keyFile, certFile string
	cmd := asking("approve ID VERSION", "Review or sign off a release that is in a registry", "approve com.acme.face 1.2.0 --as review --key rita.key --cert rita.pem", cobra.ExactArgs(2), nil)
	cmd.Long = `Approve signs a review (--as review) or a department's sign-off (--as signoff/DEPARTMENT) of exactly what the vendor signed as that
version, and sends it to the registry, which logs it. Hosts count it from then on.`
	kind := kindFlag(cmd)
	passphrase.add(cmd)
	cmd.Flags().StringVar(&keyFile, "key", "", "key file of who signs")
	cmd.Flags().StringVar(&certFile, "cert", "", "certificate of who signs")
	cmd.Flags().StringVar(&s.as, "as", "review", "what is said: review, signoff/DEPARTMENT")
	cmd.Flags().BoolVar(&s.reject, "reject", false, "say that it did not pass")
	cmd.Flags().StringVar(&s.note, "note", "", "a note to it")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		c, err := registryClient(cmd)
		if err != nil {
			return err
		}
		defer c.Close()
		if err := s.open(cmd, keyFile, certFile, &passphrase); err != nil {
			return err
		}
		data, err := c.Envelope(cmd.Context(), kind(), args[0], args[1])
		if err != nil {
			return err
		}
		signed, err := s.approval(cmd, data, args[0], args[1])
		if err != nil {
			return err
		}
		said, err := c.Approve(cmd.Context(), kind(), args[0], args[1], signed)
		if err != nil {
			return err
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%s of %s %s, leaf %d of the log\n", s.as, args[0], args[1], said.Log)
		return nil
	}
	return cmd
}

// approval signs what is said about a vendor's statement, which has to be of the release that was asked for.
func (s *signing) approval(cmd *cobra.Command, vendor []byte, id, version string) (client.Signed, error) {
	e, err := envelope.Parse(vendor)
	if err != nil {
		return client.Signed{}, err
	}
	release, err := e.Release()
	if err != nil {
		return client.Signed{}, err
	}
	if release.ID != id || release.Version != version {
		return client.Signed{}, fmt.Errorf("the registry gave out the vendor's statement of %s %s for %s %s: do not approve it", release.ID, release.Version, id, version)
	}
	predicate, err := predicateOf(s.as)
	if err != nil {
		return client.Signed{}, err
	}
	statement, err := envelope.NewApproval(predicate, e, !s.reject, s.note)
	if err != nil {
		return client.Signed{}, err
	}
	return s.send(cmd, statement)
}

// send signs a statement for the registry.
func (s *signing) send(cmd *cobra.Command, statement *envelope.Statement) (client.Signed, error) {
	signed, err := envelope.Sign(cmd.Context(), s.suite, statement, s.by)
	if err != nil {
		return client.Signed{}, err
	}
	return client.Signed{Envelope: signed.Bytes(), Certificates: s.holder.PEM()}, nil
}

func newRegistryTakedownCommand() *cobra.Command {
	var passphrase passphraseFlags
	var s signing
	var keyFile, certFile, reason string
	var ids, lift, floors []string
	cmd := asking("takedown", "Forbid versions on all hosts, as an operator", "takedown --id com.acme.face@1.2.0 --reason 'leaks names' --key op.key --cert op.pem", cobra.NoArgs, nil)
	cmd.Long = `Takedown reads the takedown list that is out, adds to it, signs it with the next serial and sends it to the registry: nothing on
it can be downloaded any more, and hosts refuse it once they have seen the list.`
	passphrase.add(cmd)
	cmd.Flags().StringVar(&keyFile, "key", "", "the operator's key file")
	cmd.Flags().StringVar(&certFile, "cert", "", "the operator's certificate")
	cmd.Flags().StringArrayVar(&ids, "id", nil, "what is taken down: ID, or ID@VERSION")
	cmd.Flags().StringArrayVar(&lift, "lift", nil, "what is on the list no more: ID, or ID@VERSION, as it was put there")
	cmd.Flags().StringArrayVar(&floors, "floor", nil, "lowest version allowed: ID=VERSION")
	cmd.Flags().StringVar(&reason, "reason", "", "why, for whoever is refused")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if len(ids) > 0 && reason == "" {
			return fmt.Errorf("say why: --reason TEXT")
		}
		c, err := registryClient(cmd)
		if err != nil {
			return err
		}
		defer c.Close()
		more, err := takedownOf(ids, floors, reason)
		if err != nil {
			return err
		}
		if err := s.open(cmd, keyFile, certFile, &passphrase); err != nil {
			return err
		}
		out, err := c.Takedown(cmd.Context())
		if err != nil {
			return err
		}
		list, err := nextTakedown(out, more, lift)
		if err != nil {
			return err
		}
		statement, err := envelope.NewTakedown(*list)
		if err != nil {
			return err
		}
		signed, err := s.send(cmd, statement)
		if err != nil {
			return err
		}
		if list, err = c.TakeDown(cmd.Context(), signed); err != nil {
			return err
		}
		fmt.Fprintf(cmd.OutOrStdout(), "takedown list %d with %s\n", list.Serial, phrase.Count(len(list.Entries), "entry"))
		return nil
	}
	return cmd
}

// nextTakedown makes the list that follows the one that is out.
func nextTakedown(out *trust.Evidence, more *envelope.Takedown, lift []string) (*envelope.Takedown, error) {
	list := &envelope.Takedown{Floors: map[string]string{}}
	if out.Takedown != nil {
		old, err := out.Takedown.Envelope.Takedown()
		if err != nil {
			return nil, err
		}
		list = old
		if list.Floors == nil {
			list.Floors = map[string]string{}
		}
	}
	for _, text := range lift {
		id, version, _ := strings.Cut(text, "@")
		at := slices.IndexFunc(list.Entries, func(e envelope.TakedownEntry) bool { return e.ID == id && strings.Join(e.Versions, " ") == version })
		if at < 0 {
			return nil, fmt.Errorf("--lift %q: takedown list %d has no such entry", text, list.Serial)
		}
		list.Entries = slices.Delete(list.Entries, at, at+1)
	}
	list.Serial, list.Issued = list.Serial+1, time.Now().Unix()
	list.Entries = append(list.Entries, more.Entries...)
	maps.Copy(list.Floors, more.Floors)
	return list, nil
}
