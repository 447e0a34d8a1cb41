package isolate

import (
	"fmt"
	"os"
	"sync/atomic"
)

const (
	// reserved is the name under which the program is started as a child.
	reserved = "dougong-miniprogram"
	// childKey is the variable that marks a child.
	childKey = "DOUGONG_MINIPROGRAM"
	// childCode is how a child ends that has said why by kindDying.
	childCode = 70
)

// agreed is set once the program has called Main.
var agreed atomic.Bool

// Main makes this process a child if it was started as one, and then does not return. In any other process it notes that
// the program may be started once more as a child, and returns at once. A program calls it first of all in its main.
func Main() {
	if len(os.Args) == 0 || os.Args[0] != reserved || os.Getenv(childKey) == "" {
		agreed.Store(true)
		return
	}
	if err := runChild(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// Agreed reports whether the running program has called Main.
func Agreed() bool { return agreed.Load() }
