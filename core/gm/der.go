package gm

import (
	"fmt"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// order is n of the curve of SM2, GB/T 32918.5.
var order, _ = new(big.Int).SetString("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123", 16)

// maxSignature is the longest DER form of two numbers of 32 bytes.
const maxSignature = 72

// parseSignature reads SEQUENCE { r INTEGER, s INTEGER } in DER and nothing else: one signature has one form. Both numbers
// lie in 1 … n-1. A library that accepts trailing bytes or long forms lets anybody make a second signature from a first.
func parseSignature(sig []byte) (r, s *big.Int, err error) {
	r, s = new(big.Int), new(big.Int)
	if len(sig) > maxSignature {
		return nil, nil, fmt.Errorf("gm: an SM2 signature has at most %d bytes, found %d: %w", maxSignature, len(sig), ErrSignature)
	}
	input := cryptobyte.String(sig)
	var inner cryptobyte.String
	switch {
	case !input.ReadASN1(&inner, asn1.SEQUENCE) || !inner.ReadASN1Integer(r) || !inner.ReadASN1Integer(s):
		return nil, nil, fmt.Errorf("gm: SM2 signature: not the DER of two integers: %w", ErrSignature)
	case !inner.Empty() || !input.Empty():
		return nil, nil, fmt.Errorf("gm: SM2 signature: %d bytes follow the two integers: %w", len(inner)+len(input), ErrSignature)
	case r.Sign() <= 0 || s.Sign() <= 0 || r.Cmp(order) >= 0 || s.Cmp(order) >= 0:
		return nil, nil, fmt.Errorf("gm: SM2 signature: a number is out of range: %w", ErrSignature)
	}
	return r, s, nil
}

// formSignature writes what parseSignature reads.
func formSignature(r, s *big.Int) ([]byte, error) {
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1BigInt(r)
		b.AddASN1BigInt(s)
	})
	return b.Bytes()
}
