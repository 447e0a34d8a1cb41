// Package authority is the signing service as a library: the key ceremony that makes a hierarchy and a root of trust, keys in
// encrypted files or behind a Token (a smart card, an HSM), and certificates requested, issued, checked, revoked and renewed.
// Every signature is made by one library and verified by the other before it leaves.
//
//	a, err := authority.Init(ctx, suite, dir, token, authority.Ceremony{Organisation: "House", Algorithm: gm.SM2})
//	c, err := a.Issue(ctx, request, 365*24*time.Hour)
//	list, err := a.Revoke(ctx, c.Serial, authority.Revocation{Reason: 1, DistrustFrom: &index})
//	evidence, err := a.Publish(ctx, evidence)     // into the house's own log, with proofs
//
// A registry server does the same with stores of its own; this package keeps everything in one folder, which is enough for a
// house without a server and for tests.
package authority
