// Command bridge measures the two ways between a page in the system's web view and the host: the web view library's Bind and
// Eval, and a WebSocket on a loopback address as the web host has it. It prints one JSON object for the benchmark of
// hosts/desktop/e2e. It must not know what either is used for.
package main

import (
	"fmt"
	"os"
)

func main() {
	if err := measure(); err != nil {
		fmt.Fprintln(os.Stderr, "bridge:", err)
		os.Exit(1)
	}
}
