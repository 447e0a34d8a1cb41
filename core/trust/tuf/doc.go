// Package tuf reads and writes repository metadata by the rules of The Update Framework 1.0: root, timestamp, snapshot and
// targets, with thresholds, rotation, delegation per namespace and into hashed bins, expiry, and protection against
// rollback, freezing and mixing. It differs from other implementations in one thing: SM2 keys sign as well as Ed25519.
//
//	set, err := tuf.New(suite, trustedRoot, time.Now())
//	err = set.Refresh(ctx, fetcher)                        // or UpdateRoot, UpdateTimestamp … in this order
//	file, role, err := set.Lookup(ctx, "com.acme/com.acme.pay/1.2.0/any", fetcher)
//
// Tests hold it against github.com/theupdateframework/go-tuf on the Ed25519 profile.
//
// It must not know what targets are, nor where metadata comes from.
package tuf
