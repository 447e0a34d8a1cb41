//go:build unix && !linux

package process

import "golang.org/x/sys/unix"

func dup2(from, to int) error { return unix.Dup2(from, to) }

// onParentDeath does nothing: only Linux has a parent-death signal, the lifeline serves elsewhere.
func onParentDeath(func()) {}

func wakeOnParentDeath() {}
