//go:build !unix

package main

import "github.com/dougong-dev/dougong/pdk/go"

// garble needs a socket.
func garble(*pdk.Context, message) (struct{}, error) {
	return struct{}{}, pdk.Errorf(pdk.CodeUnsupported, "unsupported", "a module has no frames")
}
