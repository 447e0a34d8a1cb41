// Package gm is the one seam to cryptography: the Chinese national algorithms (国密: SM2, SM3, SM4) and the standard set
// beside them (Ed25519, SHA-256, AES). A central policy says what is allowed; tests hold the libraries against each other
// and against openssl.
//
//	suite, err := gm.New(policy)                  // gm.Policy{} allows everything that is known
//	key, err := suite.GenerateKey(gm.SM2)
//	sig, err := suite.Sign(key, message)          // made by one library, verified by the other
//	err = suite.Verify(key.Public(), message, sig)
//
// github.com/emmansun/gmsm is the default. github.com/tjfoc/gmsm is fenced: only its SM3 (with Sum(nil); with a prefix it
// hashes the prefix) and its SM2 signatures are used, behind strict DER, checks of points and of nil, and a recover at the
// edge. Its cipher modes, its encryption and its TLS are not used at all: docs/rationale.md says what is wrong with them.
//
// The package is a leaf: it must not know what is hashed, signed or kept.
package gm
