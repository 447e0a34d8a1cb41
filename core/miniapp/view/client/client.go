// Package client is the view client: the TypeScript program that runs in a mini-program's sandboxed frame, applies
// patches to custom elements and reports events. The Go side of this package embeds the built script and names the
// messages between a host and the frame.
//
// The client knows pages, patches and built-in components. It must not know the host around the frame (launcher,
// capsule, permission prompts) nor any capability, and it runs no code of the mini-program.
package client

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
)

//go:generate go run ./tsbuild/cmd

//go:embed dist/client.js
var script []byte

// Script is the built view client.
func Script() []byte { return script }

// Integrity is the script's digest as content security policies and integrity attributes write it.
func Integrity() string {
	sum := sha256.Sum256(script)
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
