//go:build !linux

package process

// resident is not known here.
func resident(int) uint64 { return 0 }
