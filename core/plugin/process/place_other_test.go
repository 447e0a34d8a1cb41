//go:build !linux

package process

import "testing"

// onOneProcessor does nothing: only Linux lets a program say where another runs.
func onOneProcessor(*testing.B) {}
