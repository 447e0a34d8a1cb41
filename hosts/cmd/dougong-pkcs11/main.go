// Command dougong-pkcs11 gives dougong the keys of a card or an HSM by its PKCS#11 module. See dougong-pkcs11 --help.
package main

import (
	"context"
	"os"

	"github.com/dougong-dev/dougong/hosts/pkcs11"
)

func main() {
	os.Exit(pkcs11.Main(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
