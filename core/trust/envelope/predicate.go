package envelope

import "strings"

// Predicate types: what a statement says.
const (
	predicates = "https://dougong.dev/attestation/"
	// VendorRelease: the vendor made these artifacts (Release).
	VendorRelease = predicates + "release/v1"
	// ReviewApproval: a reviewer passed them (Approval).
	ReviewApproval = predicates + "review/v1"
	// signOff, with a department's name behind it: that department passed them (Approval).
	signOff = predicates + "signoff/v1/"
	// TakedownList: what no host may run (Takedown).
	TakedownList = predicates + "takedown/v1"
	// KeyChange: a certificate was issued, renewed or revoked (KeyEvent).
	KeyChange = predicates + "key/v1"
)

// SignOff is the predicate type of one department's sign-off.
func SignOff(department string) string { return signOff + department }

// Department is the department of a sign-off's predicate type.
func Department(predicateType string) (string, bool) {
	return strings.CutPrefix(predicateType, signOff)
}

// Release is what a vendor says of a version: the predicate of VendorRelease.
type Release struct {
	Kind      string     `json:"kind"` // "plugin" or "miniprogram"
	Namespace string     `json:"namespace"`
	ID        string     `json:"id"`
	Version   string     `json:"version"`
	Artifacts []Artifact `json:"artifacts"`
	// MinVersion is the lowest version that a host may still run once it has seen this one.
	MinVersion  string            `json:"minVersion,omitempty"`
	MinHost     string            `json:"minHost,omitempty"`
	Permissions []string          `json:"permissions,omitempty"`
	Licence     string            `json:"licence,omitempty"`
	Requires    map[string]string `json:"requires,omitempty"` // id → version range
	Provides    []string          `json:"provides,omitempty"` // capabilities
}

// Artifact is one file of a release.
type Artifact struct {
	Platform string `json:"platform"` // "linux/amd64", or "any" for one that runs everywhere
	Size     int64  `json:"size"`
	SHA256   string `json:"sha256"`
	SM3      string `json:"sm3"`
	Content  string `json:"content"` // bundle.Index.Digest: the files, however packed
}

// Any is the platform of an artifact that runs everywhere.
const Any = "any"

// Approval is what a reviewer or a department says: the predicate of ReviewApproval and SignOff.
type Approval struct {
	Release string `json:"release"` // PayloadDigest of the vendor's envelope, so that no other claim can be put under it
	Passed  bool   `json:"passed"`
	Note    string `json:"note,omitempty"`
}

// Takedown is the whole list of what no host may run, and how far back hosts may go. A list replaces the one with the next
// lower serial.
type Takedown struct {
	Serial  int64             `json:"serial"`
	Issued  int64             `json:"issued"` // seconds since 1970
	Entries []TakedownEntry   `json:"entries"`
	Floors  map[string]string `json:"floors,omitempty"` // id → lowest version allowed
}

// TakedownEntry forbids versions of one plugin or mini-program. No versions means all.
type TakedownEntry struct {
	ID       string   `json:"id"`
	Versions []string `json:"versions,omitempty"`
	Reason   string   `json:"reason"`
}

// KeyEvent is the predicate of KeyChange.
type KeyEvent struct {
	Event        string `json:"event"`  // "issue", "renew", "revoke"; of issuing authorities "issuer", "retire", "revoke-issuer"
	Serial       string `json:"serial"` // of the certificate, hex
	Key          string `json:"key"`    // id
	Reason       string `json:"reason,omitempty"`
	DistrustFrom *int64 `json:"distrustFrom,omitempty"` // log index
}
