package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/key"
)

// passphraseEnv holds the passphrase of key files, for machines where nobody types.
const passphraseEnv = "DOUGONG_PASSPHRASE"

// passphraseFlags says where the passphrase of key files comes from.
type passphraseFlags struct{ file string }

func (p *passphraseFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&p.file, "passphrase-file", "", "file with the passphrase of key files (default: $"+passphraseEnv+", or asked for)")
}

// read gives the passphrase: of the file, of the environment, or typed.
func (p *passphraseFlags) read(cmd *cobra.Command) ([]byte, error) {
	if p.file != "" {
		data, err := os.ReadFile(p.file)
		if err != nil {
			return nil, fmt.Errorf("passphrase: %w", err)
		}
		return notEmpty(bytes.TrimRight(data, "\r\n"), p.file)
	}
	if text := os.Getenv(passphraseEnv); text != "" {
		return []byte(text), nil
	}
	in, ok := cmd.InOrStdin().(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return nil, fmt.Errorf("the key files need a passphrase\nnext: set %s, or name a file by --passphrase-file", passphraseEnv)
	}
	fmt.Fprint(cmd.ErrOrStderr(), "passphrase of the key files: ")
	text, err := term.ReadPassword(int(in.Fd()))
	fmt.Fprintln(cmd.ErrOrStderr())
	if err != nil {
		return nil, fmt.Errorf("passphrase: %w", err)
	}
	return notEmpty(text, "what was typed")
}

func notEmpty(text []byte, where string) ([]byte, error) {
	if len(text) == 0 {
		return nil, fmt.Errorf("passphrase: %s is empty", where)
	}
	return text, nil
}

// newSuite makes the suite that the command computes with: the policy of a file, or everything that is known.
func newSuite(policy string) (*gm.Suite, error) {
	if policy == "" {
		return gm.New(gm.Policy{})
	}
	data, err := os.ReadFile(policy)
	if err != nil {
		return nil, fmt.Errorf("cryptographic policy: %w", err)
	}
	p, err := gm.ParsePolicy(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", policy, err)
	}
	return gm.New(p)
}

// openKey opens a key file.
func openKey(cmd *cobra.Command, suite *gm.Suite, name string, p *passphraseFlags) (*key.Soft, error) {
	if name == "" {
		return nil, errors.New("--key is missing\nnext: dougong trust key NAME.key")
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("%w\nnext: dougong trust key %s", err, name)
	}
	text, err := p.read(cmd)
	if err != nil {
		return nil, err
	}
	k, err := authority.OpenKey(suite, data, text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return k, nil
}
