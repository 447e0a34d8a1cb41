package store

import (
	"errors"
	"time"
)

// Errors that callers branch on.
var (
	ErrNotFound = errors.New("not found")
	ErrExists   = errors.New("exists already")
)

// Kind is what a package is.
type Kind string

// The kinds of packages.
const (
	Plugin      Kind = "plugin"
	MiniProgram Kind = "miniprogram"
)

// Account is a person or a machine that signs in.
type Account struct {
	ID              int64
	Name            string
	Password        string // encoded hash; empty: no password sign-in
	Issuer, Subject string // OIDC identity; empty: none
	Admin, Disabled bool
	Created         time.Time
}

// Token is an API token. The secret itself is not kept.
type Token struct {
	ID        string
	Hash      [32]byte
	Account   int64
	Name      string
	Scopes    []string
	Namespace string // only packages within it; empty: all of the account's
	Created   time.Time
	Expires   time.Time // zero: never
	Revoked   bool
}

// Session is a browser's sign-in. The secret itself is not kept.
type Session struct {
	Hash    [32]byte
	Account int64
	Expires time.Time
}

// Org is an organisation that publishes.
type Org struct {
	ID       int64
	Name     string // in addresses
	Title    string // shown
	Skeleton string // name.Skeleton of Title
	Verified bool   // an administrator says that it is who it says it is; only then may it publish
	Created  time.Time
	Bytes    int64 // of all its artifacts
	Releases int64
	// Visibility is that of its packages from their first version on, unless their publisher says otherwise.
	Visibility Visibility
}

// Role is what a member may do in an organisation.
type Role string

// The roles of members, each allowing what the one before allows.
const (
	RoleReader    Role = "reader"    // sees packages that are not public
	RolePublisher Role = "publisher" // publishes, yanks, deprecates
	RoleOwner     Role = "owner"     // manages members, namespaces, keys
)

// Allows tells whether a role includes another.
func (r Role) Allows(want Role) bool { return r.rank() >= want.rank() && r.rank() > 0 }

func (r Role) rank() int {
	switch r {
	case RoleReader:
		return 1
	case RolePublisher:
		return 2
	case RoleOwner:
		return 3
	}
	return 0
}

// Member is an account's role in an organisation.
type Member struct {
	Org         int64
	OrgName     string
	Account     int64
	AccountName string
	Role        Role
}

// Namespace binds names to an organisation.
type Namespace struct {
	Name     string
	Skeleton string
	Org      int64
	OrgName  string
	Verified bool // an administrator has approved it; what is published in it needs its organisation to be verified as well
	Created  time.Time
}

// Key is an organisation's public key, which its releases are signed by.
type Key struct {
	ID        string
	Org       int64
	Algorithm string
	Public    []byte
	Created   time.Time
	Revoked   time.Time // zero: it is good
}

// Visibility is who may read a package.
type Visibility string

// The visibilities.
const (
	Public   Visibility = "public"
	Internal Visibility = "internal" // the organisation's members only
)

// Known tells whether it is one of them.
func (v Visibility) Known() bool { return v == Public || v == Internal }

// Package is a plugin or a mini-program, over all its versions. Texts are those of the latest release.
type Package struct {
	ID                   int64
	Kind                 Kind
	Name                 string
	Org                  int64
	OrgName, OrgTitle    string
	Verified             bool // the organisation is
	Title                string
	SummaryEN, SummaryZH string
	Category             string
	Capabilities         []string
	Latest               string
	Visibility           Visibility
	Deprecated           string // why, or which package instead; empty: it is not
	Downloads            int64
	Updated              time.Time
}

// Release is one version of a package. All but Yanked stays as it was published.
type Release struct {
	Package   int64
	Version   string
	Created   time.Time
	Publisher string // account name
	Artifacts []Artifact
	Meta      []byte // JSON that the API gives out
	Page      []byte // JSON of what the marketplace shows
	Envelope  []byte // the signatures, as they were uploaded
	Leaf      int64  // index in the log
	Yanked    string // why; empty: it is not
}

// Artifact is one file of a release.
type Artifact struct {
	Platform string `json:"platform"` // "linux/amd64", or "any"
	SHA256   string `json:"sha256"`   // of its bytes, lower-case hex
	SM3      string `json:"sm3"`
	Size     int64  `json:"size"`
	Content  string `json:"content"` // digest of the index of its files
}

// Read is what a request for one release's metadata needs, in one look-up.
type Read struct {
	Org        int64
	Visibility Visibility
	Deprecated string
	Release
}

// Event is one entry of the audit trail.
type Event struct {
	Index   int64 // in the log
	Time    time.Time
	Actor   string // account name
	Action  string // "release.publish" …
	Org     string
	Subject string
	Detail  string // JSON; for the organisation's eyes, the log holds its digest only
	Private bool   // the log is not to show Subject; it is not kept
}

// Query is a search.
type Query struct {
	Words      []string // index words (catalog.Words); all have to occur
	Kind       Kind     // empty: all
	Capability string
	Category   string
	Org        string
	Viewer     int64 // account that looks: it also finds internal packages of its organisations; 0: nobody
	Limit      int
	Offset     int
}

// Facet is a value that packages can be listed by, and how many have it.
type Facet struct {
	Value string
	Count int64
}

// Webhook is an address that an organisation wants to be told at.
type Webhook struct {
	ID      int64
	Org     int64
	URL     string
	Secret  string // key of the HMAC over each delivery
	Created time.Time
}

// DeliveryState is how far a message to a webhook is.
type DeliveryState string

// The states of deliveries.
const (
	DeliveryDue  DeliveryState = "due"  // it waits for its next attempt
	DeliveryDone DeliveryState = "done" // it was taken
	DeliveryDead DeliveryState = "dead" // it was tried often enough
)

// Delivery is one message to a webhook.
type Delivery struct {
	ID       int64
	Webhook  int64
	URL      string
	Secret   string
	Body     []byte
	State    DeliveryState
	Attempts int
	Created  time.Time
	Due      time.Time
	Settled  time.Time // of the last attempt's end
	Status   int       // HTTP status of the last attempt, 0 if there was no answer
	Error    string    // of the last attempt
}

// Statement is what a reviewer or a department said about a release.
type Statement struct {
	Package   int64
	Version   string
	Digest    string // of the envelope
	Predicate string
	Envelope  []byte
	Leaf      int64 // index in the log
}

// TrustFile is a document of the house's trust that changes: a revocation list, a takedown list, metadata.
type TrustFile struct {
	Name    string
	Version int64 // only rises
	Body    []byte
}
