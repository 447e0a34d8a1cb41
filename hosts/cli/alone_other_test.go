//go:build !linux

package cli_test

import (
	"fmt"
	"os"
)

// alone needs network namespaces.
func alone() {
	fmt.Fprintln(os.Stderr, "alone: this system has no network namespaces")
	os.Exit(1)
}
