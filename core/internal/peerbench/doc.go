// Package peerbench measures our plugin runtimes against their peers, in one process, in turns, on the same work. It is a
// module of its own, so that the peers are dependencies of nothing else. It has benchmarks only:
//
//	cd core/internal/peerbench && go test -run Measured -bench . .
//
// Tests named Measured… assert that what is measured does its work on both sides.
package peerbench
