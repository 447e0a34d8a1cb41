package evidence

import (
	"crypto/ed25519"
	"fmt"
	"iter"
	"sort"

	"github.com/dougong-dev/dougong/core/gm"
)

// Kind says what happened to a log.
type Kind string

// The kinds of Problem.
const (
	Changed   Kind = "changed"    // a record is not what it was
	Dropped   Kind = "dropped"    // records are missing between others or at the beginning
	Reordered Kind = "reordered"  // a record stands at another's place, or twice
	CutOff    Kind = "cut off"    // records at the end are missing
	BadHead   Kind = "bad head"   // a head is not signed by the key, or of another log
	BadRecord Kind = "bad record" // what stands there is not a record
)

// Problem is one thing that is wrong with a log.
type Problem struct {
	Kind   Kind   `json:"kind"`
	Number uint64 `json:"n"` // of the record concerned, as far as can be told
	Detail string `json:"detail"`
}

// Report is the outcome of a verification.
type Report struct {
	Records  uint64    `json:"records"`
	First    uint64    `json:"first"`
	Last     uint64    `json:"last"`
	Heads    int       `json:"heads"`  // that hold
	Headed   uint64    `json:"headed"` // the last record under a head that holds; later ones are chained but not signed yet
	Lost     uint64    `json:"lost"`   // records that the host says it could not keep
	Problems []Problem `json:"problems"`
}

// OK tells whether nothing is wrong.
func (r *Report) OK() bool { return len(r.Problems) == 0 }

// maxProblems bounds a report: a log that is wrong everywhere is wrong.
const maxProblems = 100

func (r *Report) problem(k Kind, n uint64, format string, args ...any) {
	if len(r.Problems) < maxProblems {
		r.Problems = append(r.Problems, Problem{k, n, fmt.Sprintf(format, args...)})
	}
}

// Verify reads a log in its order and holds it against its chain and its signed heads. Records before the first one
// read may have been archived: then a head just before them must be among heads. err is a failure to read, not a finding.
func Verify(records iter.Seq2[[]byte, error], heads []SignedHead, key ed25519.PublicKey) (*Report, error) {
	suite, err := gm.New(gm.Policy{})
	if err != nil {
		return nil, err
	}
	v := &verifier{suite: suite, report: &Report{Problems: []Problem{}}, heads: map[uint64][]SignedHead{}}
	v.index(heads, key)
	for record, err := range records {
		if err != nil {
			return nil, fmt.Errorf("read the log behind record %d: %w", v.last, err)
		}
		if err := v.record(record); err != nil {
			return nil, err
		}
	}
	v.end()
	return v.report, nil
}

type verifier struct {
	suite  *gm.Suite
	report *Report
	heads  map[uint64][]SignedHead // that are signed, by number
	log    string
	begun  bool
	last   uint64 // number of the record before
	digest Digest // and its digest
}

// index sorts the heads and drops what is not signed.
func (v *verifier) index(heads []SignedHead, key ed25519.PublicKey) {
	for _, h := range heads {
		if !h.Valid(key) {
			v.report.problem(BadHead, h.Head.Number, "the head of record %d is not signed by this key", h.Head.Number)
			continue
		}
		if v.log == "" {
			v.log = h.Head.Log
		}
		if h.Head.Log != v.log {
			v.report.problem(BadHead, h.Head.Number, "the head of record %d is of log %q, others are of %q", h.Head.Number, h.Head.Log, v.log)
			continue
		}
		v.heads[h.Head.Number] = append(v.heads[h.Head.Number], h)
	}
}

func (v *verifier) record(text []byte) error {
	d, err := v.suite.Sum(text)
	if err != nil {
		return err
	}
	x, bad := Decode(text)
	if bad != nil {
		// Its number is not known; the next one shows whether it stands in place of a record.
		v.report.problem(BadRecord, v.last+1, "behind record %d: %v", v.last, bad)
		v.begun, v.last, v.digest = true, v.last+1, Digest(d)
		return nil
	}
	if v.log == "" {
		v.log = x.Log
	}
	switch {
	case x.Log != v.log:
		v.report.problem(Changed, x.Number, "record %d is of log %q, not %q", x.Number, x.Log, v.log)
	case !v.begun:
		if err := v.first(x); err != nil {
			return err
		}
	case x.Number <= v.last:
		v.report.problem(Reordered, x.Number, "record %d stands behind record %d", x.Number, v.last)
		return nil // go on from where we were
	case x.Number > v.last+1:
		v.report.problem(Dropped, v.last+1, "records %d to %d are missing", v.last+1, x.Number-1)
	case x.Prev != v.digest:
		v.report.problem(Changed, v.last, "record %d is not the one that record %d was chained to", v.last, x.Number)
	}
	v.report.Records++
	v.report.Lost += x.Lost
	v.begun, v.last, v.digest = true, x.Number, Digest(d)
	v.head()
	return nil
}

// first checks how the log begins.
func (v *verifier) first(x *Record) error {
	v.report.First = x.Number
	start, err := genesis(v.suite, v.log)
	if err != nil {
		return err
	}
	if x.Number == 1 {
		if x.Prev != start {
			v.report.problem(Changed, 1, "record 1 is not chained to the beginning of log %q", v.log)
		}
		return nil
	}
	for _, h := range v.heads[x.Number-1] {
		if h.Head.Digest == x.Prev {
			return nil
		}
	}
	v.report.problem(Dropped, 1, "records 1 to %d are missing and no head vouches for them", x.Number-1)
	return nil
}

// head holds the record just read against the heads of its number.
func (v *verifier) head() {
	for _, h := range v.heads[v.last] {
		if h.Head.Digest != v.digest {
			v.report.problem(Changed, v.last, "record %d or one before it is not what was signed at %s", v.last, h.Head.Time.Format("2006-01-02 15:04:05"))
			continue
		}
		v.report.Heads++
		v.report.Headed = v.last
	}
}

// end looks for heads beyond the last record.
func (v *verifier) end() {
	v.report.Last = v.last
	var beyond []uint64
	for n := range v.heads {
		if n > v.last {
			beyond = append(beyond, n)
		}
	}
	if len(beyond) > 0 {
		sort.Slice(beyond, func(i, j int) bool { return beyond[i] < beyond[j] })
		v.report.problem(CutOff, v.last+1, "the log ends at record %d, but record %d was signed", v.last, beyond[len(beyond)-1])
	}
}
