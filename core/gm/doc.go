// Package gm is the seam to the Chinese national algorithms (国密): today SM3 and HMAC-SM3. Two libraries stand behind it
// and a policy chooses between them; tests hold them against each other.
//
//	suite, err := gm.New(gm.Policy{})
//	digest := suite.Sum(data)
//
// github.com/tjfoc/gmsm is fenced: only Sum(nil) of its SM3 is used (with a prefix it hashes the prefix), and Suite's
// methods turn a panic in it into an error. Its cipher modes and its SM2 encryption are not used at all.
//
// The package is a leaf: it must not know what is hashed.
package gm
