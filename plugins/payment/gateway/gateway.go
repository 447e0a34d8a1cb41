package gateway

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/plugins/payment/protocol"
	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// Defaults of Options.
const (
	DefaultBalance = 10_000_000 // 100,000.00 in each account of a payer that is new
	DefaultTTL     = 30 * time.Minute
	MaxTTL         = 24 * time.Hour
	MaxAmount      = 1_000_000_000
	MaxWait        = 30 * time.Second // of a query that waits for an order to be decided
)

// Merchant is who may create orders.
type Merchant struct {
	Name   string // shown to payers
	Secret string
}

// Options configures a gateway. The zero value is the sandbox's: a public key and a public merchant's secret.
type Options struct {
	Key       ed25519.PrivateKey
	Merchants map[string]Merchant
	Balance   int64
	// Inject makes the amounts of package gateway's Inject… constants fail on purpose.
	Inject bool
	// Now reads the time; nil is time.Now.
	Now func() time.Time
}

// Gateway is the server. It is safe for concurrent use.
type Gateway struct {
	options Options
	db      *bbolt.DB
	mux     *http.ServeMux

	mu         sync.Mutex
	challenges map[string]challenge
	nonces     map[string]time.Time
	changed    chan struct{} // closed and replaced when an order changes
}

// challenge is a code that was shown to a payer.
type challenge struct {
	order   string
	number  int
	expires time.Time
}

// Open opens the gateway's file, which is made if it is missing.
func Open(path string, options Options) (*Gateway, error) {
	if options.Key == nil {
		options.Key = protocol.SandboxKey()
	}
	if options.Merchants == nil {
		options.Merchants = map[string]Merchant{protocol.SandboxMerchant: {Name: "斗拱示例商户", Secret: protocol.SandboxSecret}}
	}
	if options.Balance == 0 {
		options.Balance = DefaultBalance
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: 3 * time.Second})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, fmt.Errorf("open the gateway's file %s: another gateway uses it", path)
	}
	if err != nil {
		return nil, fmt.Errorf("open the gateway's file %s: %w", path, err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{orders, byNumber, accounts} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("open the gateway's file %s: %w", path, err)
	}
	g := &Gateway{options: options, db: db, challenges: map[string]challenge{}, nonces: map[string]time.Time{}, changed: make(chan struct{})}
	g.routes()
	return g, nil
}

// PublicKey is what answers are verified with.
func (g *Gateway) PublicKey() ed25519.PublicKey {
	return g.options.Key.Public().(ed25519.PublicKey)
}

// Close closes the file. The server has to be stopped first.
func (g *Gateway) Close() error { return g.db.Close() }

// announce wakes the queries that wait for an order to change.
func (g *Gateway) announce() {
	g.mu.Lock()
	defer g.mu.Unlock()
	close(g.changed)
	g.changed = make(chan struct{})
}

func (g *Gateway) change() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.changed
}

func newID(prefix string) string {
	var b [12]byte
	_, _ = rand.Read(b[:]) // never fails, says its documentation
	return prefix + hex.EncodeToString(b[:])
}

// refusal is an answer that is not 2xx.
type refusal struct {
	status int
	protocol.Failure
}

func (r *refusal) Error() string { return r.Message }

func refuse(status int, reason, format string, args ...any) error {
	return &refusal{status, protocol.Failure{Reason: reason, Message: fmt.Sprintf(format, args...)}}
}
