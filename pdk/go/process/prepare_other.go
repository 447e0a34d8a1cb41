//go:build !unix

package process

import "os"

// divertStdout sends what Go code prints to standard error.
func divertStdout() *os.File {
	out := os.Stdout
	os.Stdout = os.Stderr
	return out
}

// endGroup ends this process; its children are in the host's job object and end with it.
func endGroup() { os.Exit(1) }

func onParentDeath(func()) {}

func wakeOnParentDeath() {}

func surviveBrokenPipes() {}
