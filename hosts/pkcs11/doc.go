// Package pkcs11 drives a module of PKCS#11, as cards, HSMs and SoftHSM come with, as an authority.Token: keys are made in the
// device, are sensitive and cannot be taken out.
//
//	t, err := pkcs11.Open(pkcs11.Options{Module: "/usr/lib/softhsm/libsofthsm2.so", Label: "house", PIN: pin})
//	k, err := t.Generate(ctx, "ca-issuing", gm.Ed25519)
//
// Ed25519 is CKM_EDDSA of PKCS#11 3.0. SM2 has no mechanism in PKCS#11, only numbers of vendors' own, so that it is refused with
// authority.ErrAlgorithm; such keys stay in files, or in a program of the vendor's that speaks core/trust/authority/remote.
//
// The module is loaded without cgo (purego), into the process of cmd/dougong-pkcs11 alone: a program that loads it is linked
// dynamically, and a module that crashes takes its process along. Nothing else may import this package.
package pkcs11
