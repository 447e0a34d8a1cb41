// Package process runs plugins as processes of their own: hashicorp/go-plugin for handshake, versions and gRPC over a
// unix socket in a private folder, and around it what go-plugin leaves open: an empty environment, a process group that
// is killed as a whole, a lifeline and a parent-death signal so that nothing outlives a killed host, a sandbox (its own
// package), and an executable that is opened once, checked and run from that same descriptor.
//
// It is the only package of the host that imports go-plugin, and must not know the dispatch chain nor the other runtime.
package process
