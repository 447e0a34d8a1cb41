package hooks

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/dougong-dev/dougong/registry/store"
)

// Store is what a courier needs of the database.
type Store interface {
	HasDeliveries(ctx context.Context, now time.Time) (bool, error)
	Update(ctx context.Context, do func(store.Tx) error) error
}

// Bounds of the work.
const (
	batch = 16
	// lease is how long a delivery is this courier's; whoever takes longer is taken for dead. It is well over an attempt's time.
	lease = time.Minute
	// keep is how long it can be seen how a delivery ended.
	keep = 30 * 24 * time.Hour
	// maxError bounds what is kept of an error, in bytes.
	maxError = 300
	// maxAnswer bounds what is read of an answer.
	maxAnswer = 64 << 10
)

// pauses are those between attempts; after the last one a delivery is dead.
var pauses = []time.Duration{10 * time.Second, time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour, 12 * time.Hour}

// Attempts is how often a message is tried.
var Attempts = len(pauses) + 1

// Courier takes what is due and delivers it. Any number of replicas may have one on the same database.
type Courier struct {
	store  Store
	client *http.Client
	log    *slog.Logger
	now    func() time.Time
	agent  string
}

// NewCourier makes one.
func NewCourier(s Store, p Policy, log *slog.Logger, now func() time.Time, version string) *Courier {
	return &Courier{store: s, client: p.client(), log: log, now: now, agent: "dougong-registry/" + version}
}

// Run delivers at every tick until the context ends, and waits for what is under way.
func (c *Courier) Run(ctx context.Context, tick <-chan time.Time) {
	swept := time.Time{}
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick:
		}
		for more := true; more && ctx.Err() == nil; {
			n, err := c.Deliver(ctx)
			if err != nil && ctx.Err() == nil {
				c.log.Warn("webhooks wait", "error", err)
			}
			more = n == batch
		}
		if now := c.now(); now.Sub(swept) > time.Hour {
			swept = now
			if err := c.store.Update(ctx, func(tx store.Tx) error { return tx.DropDeliveriesBefore(ctx, now.Add(-keep)) }); err != nil && ctx.Err() == nil {
				c.log.Warn("old deliveries stay", "error", err)
			}
		}
	}
}

// Deliver takes one batch of what is due, and says how many it took.
func (c *Courier) Deliver(ctx context.Context) (int, error) {
	now := c.now()
	if due, err := c.store.HasDeliveries(ctx, now); err != nil || !due { // most of the time nothing is: no transaction for that
		return 0, err
	}
	var taken []store.Delivery
	err := c.store.Update(ctx, func(tx store.Tx) (err error) {
		taken, err = tx.TakeDeliveries(ctx, now, now.Add(lease), batch)
		return err
	})
	if err != nil {
		return 0, err
	}
	var wg sync.WaitGroup
	for i := range taken {
		wg.Go(func() { c.attempt(ctx, &taken[i]) })
	}
	wg.Wait()
	return len(taken), nil
}

// attempt sends one message and writes how that ended. If it cannot be written, the delivery is due again after its lease.
func (c *Courier) attempt(ctx context.Context, d *store.Delivery) {
	status, err := c.send(ctx, d)
	if ctx.Err() != nil {
		return // the server stops: its lease runs out, and it is tried again
	}
	d.Status, d.Error, d.Settled = status, "", c.now()
	switch {
	case err == nil:
		d.State = store.DeliveryDone
	case d.Attempts >= Attempts:
		d.State, d.Error = store.DeliveryDead, short(err)
	default:
		pause := pauses[d.Attempts-1]
		pause += rand.N(pause/5) - pause/10 // not all at once, when a receiver comes back
		d.State, d.Error, d.Due = store.DeliveryDue, short(err), d.Settled.Add(pause)
	}
	if err := c.store.Update(ctx, func(tx store.Tx) error { return tx.SettleDelivery(ctx, d) }); err != nil {
		c.log.Warn("the end of a delivery is not written: it will be sent again", "delivery", d.ID, "error", err)
	}
}

// short is what is kept of an error. It may hold whatever a receiver answered: databases take neither a zero byte nor what is no
// UTF-8, and a delivery whose end cannot be written would be sent for ever.
func short(err error) string {
	text := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(err.Error(), "\uFFFD"))
	for len(text) > maxError {
		_, last := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-last]
	}
	return text
}

func (c *Courier) send(ctx context.Context, d *store.Delivery) (status int, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.URL, bytes.NewReader(d.Body))
	if err != nil {
		return 0, err
	}
	id, at := "msg_"+strconv.FormatInt(d.ID, 10), c.now()
	signature, err := sign(d.Secret, id, at, d.Body)
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", c.agent)
	req.Header.Set(HeaderID, id)
	req.Header.Set(HeaderTimestamp, strconv.FormatInt(at.Unix(), 10))
	req.Header.Set(HeaderSignature, signature)
	res, err := c.client.Do(req)
	if err != nil {
		return 0, err
	}
	_, _ = io.CopyN(io.Discard, res.Body, maxAnswer) // what it says is of no interest; that it answered is
	_ = res.Body.Close()
	if res.StatusCode/100 != 2 {
		return res.StatusCode, fmt.Errorf("the receiver answered %s", res.Status)
	}
	return res.StatusCode, nil
}
