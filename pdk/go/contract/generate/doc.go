// Package generate writes what follows from a capability contract: types, constants and adapters for those who implement
// or call it, and the page that describes it to people.
//
//	files, err := generate.Files(generate.Go, c, generate.Options{Package: "face"})
//
// There is one file of this package for each target. What they share is the model: every object of the contract becomes
// a named record, every list of allowed texts an enum, and each name is made once, in the contract's order, so that the
// same contract always gives the same bytes. Whatever a contract may legally say must come out as code that compiles:
// keywords, names that differ in case only, and names outside of ASCII included.
//
// The package knows contracts only: no transport, no host, no file system.
package generate
