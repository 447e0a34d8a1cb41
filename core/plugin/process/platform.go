package process

import (
	"fmt"
	"slices"
)

// withoutProcesses are the systems on which an app cannot start programs: iOS has no fork, Android executes nothing that an
// app has written.
var withoutProcesses = []string{"android", "ios"}

// startable says why a plugin cannot be started on a system, if it cannot.
func startable(plugin, goos string) error {
	if slices.Contains(withoutProcesses, goos) {
		return fmt.Errorf("plugin %q runs as a process of its own, and %s lets no app start one: choose a WebAssembly plugin that provides the same, or let the app provide it itself", plugin, goos)
	}
	return nil
}
