// Package client is the view client: the TypeScript program that runs in a mini-program's sandboxed frame, applies
// patches to custom elements and reports events. The Go side of this package embeds the built script and names the
// messages between a host and the frame.
//
// The client knows pages, patches and built-in components. It must not know the host around the frame (launcher,
// capsule, permission prompts) nor any capability. The only code of the mini-program that it runs is template scripts that
// the host lists by their digest.
package client

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
)

//go:generate go run ./tsbuild/cmd

//go:embed dist/client.js
var script []byte

//go:embed dist/regions.js
var regions []byte

// Script is the built view client.
func Script() []byte { return script }

// Regions is the script with the table of regions, which the client fetches for the first picker of them.
func Regions() []byte { return regions }

// Integrity is the script's digest as content security policies and integrity attributes write it.
func Integrity() string { return Digest(script) }

// Digest is a script's digest in that form.
func Digest(script []byte) string {
	sum := sha256.Sum256(script)
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
