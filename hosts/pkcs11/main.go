package pkcs11

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/dougong-dev/dougong/core/trust/authority/remote"
)

// PINEnv holds the PIN if no file is named.
const PINEnv = "DOUGONG_PIN"

// Main is the program dougong-pkcs11: it serves a module's keys to the process that started it. It returns the exit code.
func Main(ctx context.Context, args []string, in io.Reader, out, diagnostics io.Writer) int {
	flags := flag.NewFlagSet("dougong-pkcs11", flag.ContinueOnError)
	flags.SetOutput(diagnostics)
	flags.Usage = func() {
		fmt.Fprintf(diagnostics, "Dougong-pkcs11 gives dougong the keys of a card or an HSM (docs/trust.md). It is started by it:\n\n  dougong trust init --org House --algorithm ed25519 --token 'dougong-pkcs11 --module /usr/lib/softhsm/libsofthsm2.so --label house'\n\nThe PIN is in $%s, or in the file of --pin-file.\n\n", PINEnv)
		flags.PrintDefaults()
	}
	o := Options{}
	flags.StringVar(&o.Module, "module", "", "the PKCS#11 module's `file`")
	flags.StringVar(&o.Label, "label", "", "`label` of the token")
	pinFile := flags.String("pin-file", "", "`file` with the PIN (default: $"+PINEnv+")")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	err := serve(ctx, o, *pinFile, in, out)
	if err != nil {
		fmt.Fprintln(diagnostics, "dougong-pkcs11:", err)
		return 1
	}
	return 0
}

func serve(ctx context.Context, o Options, pinFile string, in io.Reader, out io.Writer) (err error) {
	t, err := openFor(o, pinFile)
	if err != nil {
		return errors.Join(err, remote.Refuse(out, err))
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	return remote.Serve(ctx, t, in, out)
}

func openFor(o Options, pinFile string) (*Token, error) {
	if o.Module == "" || o.Label == "" {
		return nil, errors.New("--module and --label are needed")
	}
	o.PIN = []byte(os.Getenv(PINEnv))
	if pinFile != "" {
		data, err := os.ReadFile(pinFile)
		if err != nil {
			return nil, fmt.Errorf("PIN: %w", err)
		}
		o.PIN = bytes.TrimRight(data, "\r\n")
	}
	if len(o.PIN) == 0 {
		return nil, fmt.Errorf("the PIN is missing\nnext: set %s, or name a file by --pin-file", PINEnv)
	}
	return Open(o)
}
