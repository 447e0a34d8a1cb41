// Package sessions keeps on disk which mini-programs a user has open and where in them the user is, so that a host that was
// killed brings them back.
//
//	store := sessions.Open(dir, log)
//	state, err := store.Load("anna")
//	err = store.Save("anna", state)
//
// A file appears whole or not at all. One that cannot be read is kept aside under another name, said once, and forgotten.
//
// The package must not know what a mini-program is, nor what its data is: page stacks only are kept, never what pages show.
package sessions
