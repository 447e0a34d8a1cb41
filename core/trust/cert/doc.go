// Package cert is X.509 with SM2 or Ed25519 keys as Dougong uses it: an offline root, issuing authorities below it, and
// certificates of vendors, reviewers, departments, operators and hosts; requests, and revocation lists that say from which
// entry of the log on a certificate is not to be trusted.
//
//	c, err := cert.Issue(ctx, suite, issuer, issuerKey, cert.Template{…})
//	pool, err := cert.NewPool(suite, roots, others, lists)
//	chain, err := pool.Verify(c, cert.At{Time: logged, Index: index})
//
// It must not know what the holders sign.
package cert
