//go:build !unix

package pgtest

import "os/exec"

// identity is a user other than ourselves: elsewhere the server is content with whoever starts it.
type identity struct{}

func (*identity) take(*exec.Cmd) {}

func owner(string) (*identity, error) { return nil, nil }
