package store

import (
	"context"
	"time"
)

// Reader looks up. A look-up of one thing gives ErrNotFound if it is not there. All methods may be called concurrently.
type Reader interface {
	Account(ctx context.Context, name string) (*Account, error)
	AccountByID(ctx context.Context, id int64) (*Account, error)
	AccountByIdentity(ctx context.Context, issuer, subject string) (*Account, error)
	HasAdmin(ctx context.Context) (bool, error)
	// Accounts lists accounts by name, those after one.
	Accounts(ctx context.Context, after string, limit int) ([]Account, error)

	Token(ctx context.Context, hash [32]byte) (*Token, *Account, error)
	Tokens(ctx context.Context, account int64) ([]Token, error)
	Session(ctx context.Context, hash [32]byte) (*Session, *Account, error)

	Org(ctx context.Context, name string) (*Org, error)
	OrgByID(ctx context.Context, id int64) (*Org, error)
	Orgs(ctx context.Context) ([]Org, error)
	// OrgLike finds the organisation whose title has a skeleton.
	OrgLike(ctx context.Context, skeleton string) (*Org, error)
	Members(ctx context.Context, org int64) ([]Member, error)
	Memberships(ctx context.Context, account int64) ([]Member, error)
	// Role is an account's role in an organisation, empty if it has none.
	Role(ctx context.Context, org, account int64) (Role, error)
	Keys(ctx context.Context, org int64) ([]Key, error)

	Namespace(ctx context.Context, name string) (*Namespace, error)
	Namespaces(ctx context.Context, org int64) ([]Namespace, error)
	// PendingNamespaces lists those that nobody has approved, the oldest first.
	PendingNamespaces(ctx context.Context, limit int) ([]Namespace, error)
	// NamespaceLike finds a namespace with a skeleton.
	NamespaceLike(ctx context.Context, skeleton string) (*Namespace, error)
	// NamespacesLike lists the namespaces whose skeletons begin with a text, by name.
	NamespacesLike(ctx context.Context, beginning string) ([]Namespace, error)

	Package(ctx context.Context, kind Kind, name string) (*Package, error)
	Read(ctx context.Context, kind Kind, name, version string) (*Read, error)
	Release(ctx context.Context, kind Kind, name, version string) (*Release, error)
	// Releases lists a package's releases, in no order, without Page and Envelope.
	Releases(ctx context.Context, pkg int64) ([]Release, error)
	// LastRelease is one more than the log index of the newest release, 0 if there is none.
	LastRelease(ctx context.Context) (int64, error)
	// ReleasesFrom lists releases from a log index on, in the order of the log: Package, Visibility, Version, Envelope and Leaf.
	ReleasesFrom(ctx context.Context, leaf int64, limit int) ([]Read, error)
	// Digests calls each with the SHA-256 of every artifact that a release has.
	Digests(ctx context.Context, each func(sha256 string) error) error
	Search(ctx context.Context, q Query) ([]Package, int64, error)
	Capabilities(ctx context.Context) ([]Facet, error)
	Categories(ctx context.Context) ([]Facet, error)

	LogSize(ctx context.Context) (int64, error)
	LogHashes(ctx context.Context, indexes []int64) ([][32]byte, error)
	LogLeaves(ctx context.Context, from int64, limit int) ([][]byte, error)
	// Events lists the audit trail, newest first, before an index (0: from the end); org empty: of all.
	Events(ctx context.Context, org string, before int64, limit int) ([]Event, error)

	Webhooks(ctx context.Context, org int64) ([]Webhook, error)

	// Statements lists what was said about a release, in the order of the log.
	Statements(ctx context.Context, pkg int64, version string) ([]Statement, error)
	// Certificates gives those (DER) of holders with the keys named.
	Certificates(ctx context.Context, keys []string) ([][]byte, error)
	TrustFile(ctx context.Context, name string) (*TrustFile, error)
	// TrustVersions gives the versions of the files that are there, by name.
	TrustVersions(ctx context.Context, names []string) (map[string]int64, error)
	// HasDeliveries tells whether something is due.
	HasDeliveries(ctx context.Context, now time.Time) (bool, error)
	// Deliveries lists an organisation's messages, newest first, without secrets.
	Deliveries(ctx context.Context, org int64, limit int) ([]Delivery, error)
}

// Tx changes things. What it did is there when Update returns nil, and not at all otherwise.
type Tx interface {
	Reader

	AddAccount(ctx context.Context, a *Account) error // sets ID
	SetPassword(ctx context.Context, account int64, hash string) error
	SetAdmin(ctx context.Context, account int64, admin bool) error
	SetDisabled(ctx context.Context, account int64, disabled bool) error
	AddToken(ctx context.Context, t *Token) error
	RevokeToken(ctx context.Context, account int64, id string) error
	// RevokeTokens revokes all tokens of an account.
	RevokeTokens(ctx context.Context, account int64) error
	AddSession(ctx context.Context, s *Session) error
	DropSession(ctx context.Context, hash [32]byte) error
	// DropSessions ends all sessions of an account.
	DropSessions(ctx context.Context, account int64) error
	DropSessionsBefore(ctx context.Context, t time.Time) error

	AddOrg(ctx context.Context, o *Org) error // sets ID
	SetVerified(ctx context.Context, org int64, verified bool) error
	// SetOrgVisibility says what an organisation's packages begin as.
	SetOrgVisibility(ctx context.Context, org int64, v Visibility) error
	SetMember(ctx context.Context, org, account int64, role Role) error // an empty role takes the membership away
	AddKey(ctx context.Context, k *Key) error
	RevokeKey(ctx context.Context, org int64, id string, at time.Time) error
	AddNamespace(ctx context.Context, n *Namespace) error
	VerifyNamespace(ctx context.Context, name string) error

	AddPackage(ctx context.Context, p *Package) error // sets ID
	// SetPackage writes what a release changes: texts, category, capabilities, latest version, and the index words.
	SetPackage(ctx context.Context, p *Package, words []string) error
	SetVisibility(ctx context.Context, pkg int64, v Visibility) error
	SetDeprecated(ctx context.Context, pkg int64, reason string) error
	AddRelease(ctx context.Context, r *Release) error // counts it for its organisation
	SetYanked(ctx context.Context, pkg int64, version, reason string) error
	AddDownloads(ctx context.Context, pkg int64, version string, day time.Time, n int64) error

	// LockLog keeps other writers of the log waiting until the transaction ends, and gives the log's size.
	LockLog(ctx context.Context) (int64, error)
	AppendLog(ctx context.Context, index int64, leaf []byte, firstHash int64, hashes [][32]byte) error
	AddEvent(ctx context.Context, e *Event) error

	AddWebhook(ctx context.Context, w *Webhook) error // sets ID
	DropWebhook(ctx context.Context, org, id int64) error
	AddDelivery(ctx context.Context, webhook int64, body []byte, due time.Time) error
	// TakeDeliveries gives due deliveries, counts an attempt for each, and puts their next one off until a time, so that nobody
	// else takes them; whoever took them and is gone by then has not settled them, and they are due again.
	TakeDeliveries(ctx context.Context, now, until time.Time, limit int) ([]Delivery, error)

	AddStatement(ctx context.Context, s *Statement) error
	// AddCertificate keeps a certificate (DER) under its digest, for the holder's key. One that is there stays.
	AddCertificate(ctx context.Context, digest, key string, der []byte) error
	// PutTrustFile writes a file whose version is higher than that of the one that is there; otherwise it is ErrExists, and the
	// transaction can go on.
	PutTrustFile(ctx context.Context, f *TrustFile) error
	DropTrustFile(ctx context.Context, name string) error
	// SettleDelivery writes how an attempt ended: State, Due, Settled, Status and Error of d. It does nothing if the delivery was
	// taken once more since.
	SettleDelivery(ctx context.Context, d *Delivery) error
	// Redeliver makes a delivery of an organisation due again, as if it had never been tried.
	Redeliver(ctx context.Context, org, id int64, now time.Time) error
	// DropDeliveriesBefore forgets what was settled for good before a time.
	DropDeliveriesBefore(ctx context.Context, t time.Time) error
}

// Store is a database.
type Store interface {
	Reader
	// Update runs do in a transaction. An error of do undoes what it did, and is returned.
	Update(ctx context.Context, do func(Tx) error) error
	// Migrate brings the schema to a version; -1: the newest, 0: none at all, which deletes everything.
	Migrate(ctx context.Context, version int64) error
	SchemaVersion(ctx context.Context) (int64, error)
	// Away tells whether an error says that the database cannot be reached or has no room: the same may work later.
	Away(err error) bool
	// Unfit tells whether an error says that the database cannot hold a text: it has a zero byte, or is no UTF-8.
	Unfit(err error) bool
	Close() error
}
