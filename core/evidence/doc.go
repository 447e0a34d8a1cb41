// Package evidence is the transaction trace: for each capability call one record of who called what, when, with which
// arguments and outcome. The kernel numbers the records, chains them by SM3, and writes them to a bounded spool before
// the call is answered; from there they go to the trace provider, which only stores them. Sensitive values become keyed
// digests. Signed heads, kept outside the log, fix what the log was; Verify finds every record that was changed, dropped,
// moved or cut off. docs/evidence.md describes the format.
//
//	rec, err := evidence.Open(evidence.Options{Dir: dir, Log: id, …})
//	chain := capability.Chain(end, catalogue.Find, rec.Step, …)
//
// The package must not know the trace provider: records leave through the Ship function.
package evidence
