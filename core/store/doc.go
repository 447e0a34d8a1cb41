// Package store keeps what a host must remember on one machine: a small key-value store in one file, and a keyring that
// wraps data keys with a master key in a file only its owner can read. Both are the defaults behind core.Store and
// core.Keyring; a host may bring its own (a database, an operating system's keychain, a KMS).
//
// The package must not know what is stored.
package store
