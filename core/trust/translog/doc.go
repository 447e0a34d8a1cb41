// Package translog is the transparency log: an append-only Merkle tree of everything that was published, approved, revoked or
// taken down. Whoever holds a signed head can be shown that a leaf is in it and that a later head holds all of it.
//
//	head, err := translog.Sign(ctx, suite, tree, signers...)            // the log
//	head, err = witness.Cosign(ctx, old, head, proof)                   // somebody else who remembers
//	h, err := translog.Open(suite, note, log, witnesses)                // a client
//	err = h.CheckLeaf(leaf, index, proof)
//
// The tree is golang.org/x/mod/sumdb/tlog's (RFC 6962, SHA-256), the head a golang.org/x/mod/sumdb/note in the form of
// C2SP's tlog-checkpoint, a witness's co-signature in that of tlog-cosignature. docs/trust.md shows them.
//
// It must not know what the leaves mean nor where hashes are stored.
package translog
