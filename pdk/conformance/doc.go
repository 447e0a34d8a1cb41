// Package conformance is the cases that plugins are held against, as data: what every kit has to be able to do
// (cases/protocol), and what every provider of a standard capability has to (cases/contract). The language of the cases is
// described in README.md; vendors write their own in the same language.
//
//	files, err := conformance.Protocol()
//	file, err := conformance.Parse("tests/greeter.yaml", data)
//
// The package reads and checks cases. It must not know how they are run (core/conformance does that), nor any host.
package conformance
