// Package portable holds the whole repository, tests included, to compile for the systems that no test runs on. It type-checks
// from source, which takes seconds: `go vet` would first compile every dependency for each system. It must not know what it
// checks.
package portable
