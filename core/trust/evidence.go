package trust

import (
	"encoding/json"
	"fmt"

	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/internal/strict"
	"github.com/dougong-dev/dougong/core/trust/translog"
	"github.com/dougong-dev/dougong/core/trust/tuf"
)

// EvidenceSuffix is added to an artifact's file name for its evidence.
const EvidenceSuffix = ".evidence"

// Evidence is all that is said about one artifact. It is data that anybody may hand over: nothing in it is believed before
// Verify has followed it to the root.
type Evidence struct {
	// Statements are the vendor's release and every approval, each with the proof that it is in the log.
	Statements []Logged `json:"statements"`
	// Head is the signed log head that the proofs lead to.
	Head string `json:"head"`
	// Consistency shows that Head extends older heads, for hosts that know one of those, and that newer ones extend Head.
	Consistency []Consistency `json:"consistency,omitempty"`
	// Certificates (DER) of the signers and the authorities between them and the roots.
	Certificates []envelope.Base64 `json:"certificates"`
	// Lists are revocation lists (DER).
	Lists []envelope.Base64 `json:"revocationLists"`
	// Takedown is the newest takedown list.
	Takedown *Logged `json:"takedown,omitempty"`
	// Metadata is repository metadata by file name: "2.root.json" … and, to show what is offered now, "timestamp.json",
	// "7.snapshot.json" and the targets files on the way to the artifact.
	Metadata map[string]envelope.Base64 `json:"metadata,omitempty"`
}

// Logged is a statement and the proof that the log holds it.
type Logged struct {
	Envelope *envelope.Envelope `json:"envelope"`
	Leaf     translog.Leaf      `json:"leaf"`
	Index    int64              `json:"index"`
	Proof    []translog.Hash    `json:"proof"`
}

// LeafOf is the log's leaf of a statement in its envelope, without a time: a vendor's release is a publish, a takedown list a
// takedown, everything else an approval.
func LeafOf(e *envelope.Envelope, s *envelope.Statement) (translog.Leaf, error) {
	if len(s.Subject) == 0 {
		return translog.Leaf{}, fmt.Errorf("statement %s: it is about nothing", s.PredicateType)
	}
	l := translog.Leaf{Kind: translog.Approve, Subject: s.Subject[0].Name, Digest: e.Digest()}
	switch s.PredicateType {
	case envelope.VendorRelease:
		l.Kind = translog.Publish
	case envelope.TakedownList:
		l.Kind = translog.Takedown
	}
	return l, nil
}

// Consistency is a proof that one tree of the log is another's beginning.
type Consistency struct {
	From int64 `json:"from"`
	// To is the size of the larger tree; 0 stands for the head's. If it is another, From is the head's.
	To int64 `json:"to,omitempty"`
	// Root of the tree of From leaves. A host that has verified it takes evidence under that older head as well.
	Root  *translog.Hash  `json:"root,omitempty"`
	Proof []translog.Hash `json:"proof"`
}

// Prove shows that the first from leaves are the beginning of the first size ones.
func Prove(size, from int64, r translog.Reader) (Consistency, error) {
	proof, err := translog.ProveConsistency(size, from, r)
	if err != nil {
		return Consistency{}, err
	}
	root, err := translog.Root(from, r)
	return Consistency{From: from, To: size, Root: &root, Proof: proof}, err
}

// Limits of evidence.
const (
	maxEvidence   = 32 << 20
	maxStatements = 64
	maxOthers     = 512 // certificates, lists, metadata files
)

// ParseEvidence reads evidence strictly.
func ParseEvidence(data []byte) (*Evidence, error) {
	e := &Evidence{}
	if err := strict.Decode(data, maxEvidence, e); err != nil {
		return nil, fmt.Errorf("evidence: %w", err)
	}
	switch {
	case len(e.Statements) > maxStatements:
		return nil, fmt.Errorf("evidence: %d statements, the limit is %d", len(e.Statements), maxStatements)
	case len(e.Certificates) > maxOthers || len(e.Lists) > maxOthers || len(e.Metadata) > maxOthers || len(e.Consistency) > maxOthers:
		return nil, fmt.Errorf("evidence: more than %d certificates, lists or files", maxOthers)
	}
	for i, s := range e.Statements {
		if s.Envelope == nil {
			return nil, fmt.Errorf("evidence: statement %d has no envelope", i)
		}
	}
	if e.Takedown != nil && e.Takedown.Envelope == nil {
		return nil, fmt.Errorf("evidence: the takedown list has no envelope")
	}
	return e, nil
}

// Bytes is what ParseEvidence reads. The same evidence gives the same bytes.
func (e *Evidence) Bytes() []byte {
	data, err := json.Marshal(e)
	if err != nil {
		panic(err) // strings, bytes and integers always marshal
	}
	return append(data, '\n')
}

// files is the metadata as the reader of metadata takes it.
func (e *Evidence) files() tuf.Files {
	out := tuf.Files{}
	for name, data := range e.Metadata {
		out[name] = data
	}
	return out
}
