// Package trust decides whether a plugin or a mini-program may be installed or started. Host, CLI and registry ask the same
// verifier, which needs no network:
//
//	verdict := trust.Verify(ctx, artifact, evidence, trust.Options{Suite: suite, Root: root, Store: store})
//	if err := verdict.Err(); err != nil { … }   // every reason, for people
//	for _, r := range verdict.Reasons { … }     // the same with stable codes
//
// The evidence says who made the artifact and who passed it (envelope), that this stands in a transparency log (translog),
// who the signers are (cert), and what the repository offers now (tuf). All of it hangs on one root: metadata that the
// operator of a host pins, and that names the roots of the certificates, the log and its witnesses, and what is required.
// Statements are judged at the time when they were logged. docs/trust.md has the formats, one page each.
//
// The package is a leaf: of the core it knows gm and bundle. It must not know how evidence arrives.
package trust
