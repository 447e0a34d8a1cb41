// Package store says what the registry keeps besides the artifacts: accounts, organisations, namespaces, packages and their
// releases, the audit trail with its transparency log, search, downloads.
//
//	err := s.Update(ctx, func(tx store.Tx) error { … })   // all of it or nothing
//	r, err := s.Release(ctx, store.Plugin, "com.acme.face", "1.0.0")
//
// It holds types and interfaces only. sqlite and postgres implement them; storetest is the contract that both pass. The
// package must not know HTTP, signatures, nor what is in a bundle.
package store
