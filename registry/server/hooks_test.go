package server_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/registry/api"
	"github.com/dougong-dev/dougong/registry/hooks"
	"github.com/dougong-dev/dougong/registry/internal/pgtest"
	"github.com/dougong-dev/dougong/registry/internal/regtest"
	"github.com/dougong-dev/dougong/registry/server"
	"github.com/dougong-dev/dougong/registry/store"
	"github.com/dougong-dev/dougong/registry/store/postgres"
	"github.com/dougong-dev/dougong/registry/store/sqlite"
)

// here are the addresses that receivers of these tests have.
var here = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

// message is what a receiver was sent.
type message struct {
	ID     string
	Header http.Header
	Body   []byte
	Event  string
}

// receiver is somebody else's server. answer says what it answers to the nth message, from 0.
type receiver struct {
	url  string
	come chan message
	mu   sync.Mutex
	n    int
}

func receive(t *testing.T, answer func(n int, w http.ResponseWriter, r *http.Request)) *receiver {
	t.Helper()
	rc := &receiver{come: make(chan message, 1000)}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		m := message{ID: r.Header.Get(hooks.HeaderID), Header: r.Header, Body: body}
		var in struct{ Event string }
		if err := json.Unmarshal(body, &in); err != nil {
			t.Error(err)
		}
		m.Event = in.Event
		rc.mu.Lock()
		n := rc.n
		rc.n++
		rc.mu.Unlock()
		if answer != nil {
			answer(n, w, r)
		}
		rc.come <- m
	}))
	t.Cleanup(s.Close)
	rc.url = s.URL
	return rc
}

func (rc *receiver) next(t *testing.T) message {
	t.Helper()
	select {
	case m := <-rc.come:
		return m
	case <-time.After(30 * time.Second):
		t.Fatal("no message came")
		return message{}
	}
}

// TestWebhooks publishes, and is told of it by a signed message.
func TestWebhooks(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, func(c *server.Config) { c.Webhooks = here })
	rc := receive(t, nil)
	ctx := t.Context()
	var h api.Webhook
	must(t, r.Client.Post(ctx, "/v1/orgs/acme/webhooks", map[string]string{"url": rc.url + "/hook"}, &h))
	hello := rc.next(t)
	r.Publish("com.acme.face", "1.0.0", nil)
	m := rc.next(t)
	if hello.Event != "ping" || m.Event != "release.publish" || m.ID == hello.ID || m.Header.Get("Content-Type") != "application/json" {
		t.Errorf("messages %+v, %+v", hello, m)
	}
	if id, err := hooks.Verify(h.Secret, m.Header, m.Body, time.Now()); err != nil || id != m.ID {
		t.Errorf("Verify = %q, %v", id, err)
	}
	if _, err := hooks.Verify(hooks.NewSecret(), m.Header, m.Body, time.Now()); err == nil {
		t.Error("verified by another secret")
	}
	var in struct {
		Subject, Organisation, Actor string
		Log                          int64
	}
	must(t, json.Unmarshal(m.Body, &in))
	if in.Subject != "com.acme.face@1.0.0" || in.Organisation != "acme" || in.Actor != "ann" || in.Log == 0 {
		t.Errorf("the message says %+v", in)
	}
	// It can be asked for once more: the same message by the same id.
	var list []api.Delivery
	for until := time.Now().Add(30 * time.Second); len(list) == 0 || list[0].State != store.DeliveryDone; {
		must(t, r.Client.Get(ctx, "/v1/orgs/acme/deliveries", &list))
		if time.Now().After(until) {
			t.Fatalf("never done: %+v", list)
		}
	}
	must(t, r.Client.Post(ctx, "/v1/orgs/acme/deliveries/"+strconv.FormatInt(list[0].ID, 10)+"/redeliver", nil, nil))
	if again := rc.next(t); again.ID != m.ID || string(again.Body) != string(m.Body) {
		t.Errorf("redelivered %+v, was %+v", again, m)
	}
	var hooksNow []api.Webhook
	must(t, r.Client.Get(ctx, "/v1/orgs/acme/webhooks", &hooksNow))
	if len(hooksNow) != 1 || hooksNow[0].Secret != "" {
		t.Errorf("webhooks = %+v: one, and its secret not shown again", hooksNow)
	}
	must(t, r.Client.Delete(ctx, "/v1/orgs/acme/webhooks/"+strconv.FormatInt(h.ID, 10)))
	refused(t, r.Client.Delete(ctx, "/v1/orgs/acme/webhooks/"+strconv.FormatInt(h.ID, 10)), "not_found")
}

// TestWebhookPages does the same as a person.
func TestWebhookPages(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, func(c *server.Config) { c.Webhooks = here })
	rc := receive(t, func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	p := visitor(t, r)
	p.signIn("ann")
	p.open("/orgs/acme")
	_, body := p.send("/orgs/acme/webhooks", map[string][]string{"url": {rc.url}})
	shows(t, body, "whsec_", rc.url)
	rc.next(t)
	body = ""
	for until := time.Now().Add(30 * time.Second); !strings.Contains(body, "answered 418"); {
		if _, body = p.open("/orgs/acme"); time.Now().After(until) {
			t.Fatalf("the failure is never shown: %s", body)
		}
	}
	if strings.Contains(body, "whsec_") {
		t.Error("the secret is shown once more")
	}
	id := between(t, body, `name="delivery" value="`, `"`)
	p.send("/orgs/acme/webhooks/redeliver", map[string][]string{"delivery": {id}})
	rc.next(t)
	hook := between(t, body, `name="webhook" value="`, `"`)
	if _, body = p.send("/orgs/acme/webhooks/drop", map[string][]string{"webhook": {hook}}); strings.Contains(body, rc.url) {
		t.Error("the webhook is still there")
	}
	if status, _ := p.send("/orgs/acme/webhooks", map[string][]string{"url": {"https://10.0.0.1/"}}); status != 422 {
		t.Errorf("an address inside the house: status %d", status)
	}
}

func between(t *testing.T, text, before, after string) string {
	t.Helper()
	_, rest, ok := strings.Cut(text, before)
	found, _, ok2 := strings.Cut(rest, after)
	if !ok || !ok2 {
		t.Fatalf("%q is not there: %.3000s", before, text)
	}
	return found
}

func TestWhoMayHaveWebhooks(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	ctx := t.Context()
	add := func(token, url string) error {
		return r.As(token).Post(ctx, "/v1/orgs/acme/webhooks", map[string]string{"url": url}, nil)
	}
	refused(t, add("", "https://a.example/"), "unauthenticated")
	eve := r.Account("eve", false, "manage", "read")
	refused(t, add(eve, "https://a.example/"), "denied")
	must(t, r.Client.Put(ctx, "/v1/orgs/acme/members/eve", map[string]string{"role": "publisher"}, nil))
	refused(t, add(eve, "https://a.example/"), "denied")
	refused(t, r.As(eve).Get(ctx, "/v1/orgs/acme/deliveries", nil), "denied")
	refused(t, add(r.Token, "https://169.254.169.254/latest"), "invalid", "inside the house")
	refused(t, add(r.Token, "http://a.example/"), "invalid", "https")
	for range 20 {
		must(t, add(r.Token, "https://a.invalid/"))
	}
	refused(t, add(r.Token, "https://a.invalid/"), "quota")
}

// clock is a time that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }

func (c *clock) forward(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.now = c.now.Add(d) }

// office is a database with a webhook, and couriers that a test tells when to go.
type office struct {
	*testing.T
	store.Store
	*clock
	hook *store.Webhook
}

func openOffice(t *testing.T, s store.Store, url string) *office {
	t.Helper()
	o := &office{T: t, Store: s, clock: &clock{now: time.Now().Truncate(time.Millisecond)}}
	must(t, s.Migrate(t.Context(), -1))
	org := &store.Org{Name: "acme", Title: "Acme"}
	must(t, s.Update(t.Context(), func(tx store.Tx) error { return tx.AddOrg(t.Context(), org) }))
	o.hook = &store.Webhook{Org: org.ID, URL: url, Secret: hooks.NewSecret()}
	must(t, s.Update(t.Context(), func(tx store.Tx) error { return tx.AddWebhook(t.Context(), o.hook) }))
	return o
}

func (o *office) post(n int) {
	o.Helper()
	must(o.T, o.Update(o.Context(), func(tx store.Tx) error {
		for range n {
			if err := tx.AddDelivery(o.Context(), o.hook.ID, []byte(`{"event":"x"}`), o.Now()); err != nil {
				return err
			}
		}
		return nil
	}))
}

func (o *office) courier(p hooks.Policy) *hooks.Courier {
	return hooks.NewCourier(o.Store, p, slog.New(slog.DiscardHandler), o.Now, "test")
}

func (o *office) last() store.Delivery {
	o.Helper()
	list, err := o.Deliveries(o.Context(), o.hook.Org, 1)
	must(o.T, err)
	return list[0]
}

func (o *office) deliver(c *hooks.Courier) int {
	o.Helper()
	n, err := c.Deliver(o.Context())
	must(o.T, err)
	return n
}

func sqliteOffice(t *testing.T, url string) *office {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "x.db"))
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return openOffice(t, s, url)
}

// TestRetries lets a receiver fail in all ways until the message is dead, and takes it then.
func TestRetries(t *testing.T) {
	t.Parallel()
	heal := false
	rc := receive(t, func(n int, w http.ResponseWriter, r *http.Request) {
		switch {
		case heal:
		case n%3 == 0:
			w.WriteHeader(http.StatusServiceUnavailable)
		case n%3 == 1:
			http.Redirect(w, r, "http://169.254.169.254/latest", http.StatusTemporaryRedirect)
		default:
			w.WriteHeader(http.StatusGone)
		}
	})
	o := sqliteOffice(t, rc.url)
	c := o.courier(hooks.Policy{Allow: here})
	o.post(1)
	before := time.Duration(0)
	for n := 1; n <= hooks.Attempts; n++ {
		if got := o.deliver(c); got != 1 {
			t.Fatalf("attempt %d: %d taken", n, got)
		}
		rc.next(t)
		d := o.last()
		if d.Attempts != n || d.Error == "" || d.Status < 300 {
			t.Fatalf("attempt %d: %+v", n, d)
		}
		if n == hooks.Attempts {
			if d.State != store.DeliveryDead {
				t.Errorf("after the last attempt: %+v", d)
			}
			break
		}
		pause := d.Due.Sub(o.Now())
		if d.State != store.DeliveryDue || pause <= before {
			t.Errorf("after attempt %d it waits %v, before that %v (%s)", n, pause, before, d.State)
		}
		if before = pause; o.deliver(c) != 0 {
			t.Error("sent before its time")
		}
		o.forward(pause)
	}
	o.forward(100 * time.Hour)
	if o.deliver(c) != 0 {
		t.Error("a dead message was sent")
	}
	heal = true
	must(t, o.Update(t.Context(), func(tx store.Tx) error { return tx.Redeliver(t.Context(), o.hook.Org, o.last().ID, o.Now()) }))
	if o.deliver(c) != 1 || o.last().State != store.DeliveryDone || o.last().Status != 200 {
		t.Errorf("redelivered: %+v", o.last())
	}
}

// TestForbiddenAddress sends to a name that leads into the house: what was checked when it was registered does not matter.
func TestForbiddenAddress(t *testing.T) {
	t.Parallel()
	rc := receive(t, nil)
	o := sqliteOffice(t, strings.Replace(rc.url, "127.0.0.1", "localhost", 1))
	o.post(1)
	if o.deliver(o.courier(hooks.Policy{})) != 1 || !strings.Contains(o.last().Error, "inside the house") || len(rc.come) != 0 {
		t.Errorf("delivery %+v, the receiver had %d messages", o.last(), len(rc.come))
	}
}

// TestCourierDies takes messages and is gone: somebody else delivers them, once its lease has run out.
func TestCourierDies(t *testing.T) {
	t.Parallel()
	rc := receive(t, nil)
	o := sqliteOffice(t, rc.url)
	o.post(3)
	ctx, kill := context.WithCancel(t.Context())
	must(t, o.Update(ctx, func(tx store.Tx) error {
		got, err := tx.TakeDeliveries(ctx, o.Now(), o.Now().Add(time.Minute), 10)
		if len(got) != 3 {
			t.Errorf("took %d", len(got))
		}
		return err
	}))
	kill() // before it has sent anything
	c := o.courier(hooks.Policy{Allow: here})
	if n := o.deliver(c); n != 0 {
		t.Errorf("%d taken while they are somebody's", n)
	}
	o.forward(2 * time.Minute)
	if n := o.deliver(c); n != 3 || len(rc.come) != 3 {
		t.Errorf("%d taken, %d arrived; want 3", n, len(rc.come))
	}
	// One that is stopped in the middle of an attempt settles nothing either.
	ctx, stop := context.WithCancel(t.Context())
	slow := receive(t, func(int, http.ResponseWriter, *http.Request) { stop() })
	o2 := sqliteOffice(t, slow.url)
	o2.post(1)
	if _, err := o2.courier(hooks.Policy{Allow: here}).Deliver(ctx); err != nil {
		t.Error(err)
	}
	if d := o2.last(); d.State != store.DeliveryDue || d.Attempts != 1 {
		t.Errorf("after a stop: %+v", d)
	}
}

// TestTwoCouriers lets two replicas go at the same time on one PostgreSQL: each message arrives once.
func TestTwoCouriers(t *testing.T) {
	if testing.Short() {
		t.Skip("needs PostgreSQL")
	}
	t.Parallel()
	pg, err := pgtest.Start()
	must(t, err)
	t.Cleanup(func() { must(t, pg.Stop()) })
	dsn := pg.Database(t)
	one, err := postgres.Open(t.Context(), dsn)
	must(t, err)
	two, err := postgres.Open(t.Context(), dsn)
	must(t, err)
	t.Cleanup(func() { must(t, one.Close()); must(t, two.Close()) })
	rc := receive(t, nil)
	o := openOffice(t, one, rc.url)
	const messages = 100
	o.post(messages)
	var wg sync.WaitGroup
	var mu sync.Mutex
	took := [2]int{}
	for i, s := range []store.Store{one, two} {
		c := hooks.NewCourier(s, hooks.Policy{Allow: here}, slog.New(slog.DiscardHandler), o.Now, "test")
		wg.Go(func() {
			for {
				n, err := c.Deliver(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				took[i] += n
				done := took[0]+took[1] >= messages
				mu.Unlock()
				if done {
					return
				}
			}
		})
	}
	wg.Wait()
	seen := map[string]int{}
	for range messages {
		seen[rc.next(t).ID]++
	}
	if len(seen) != messages || len(rc.come) != 0 {
		t.Errorf("%d messages of %d arrived, %d more than once; the replicas took %v", len(seen), messages, len(rc.come), took)
	}
}
