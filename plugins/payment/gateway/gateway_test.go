package gateway_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/plugins/payment/gateway"
	"github.com/dougong-dev/dougong/plugins/payment/merchant"
	"github.com/dougong-dev/dougong/plugins/payment/protocol"
)

func serve(t *testing.T, file string, o gateway.Options) (*gateway.Gateway, *merchant.Client, string) {
	t.Helper()
	g, err := gateway.Open(file, o)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(g)
	t.Cleanup(func() { s.Close(); _ = g.Close() })
	return g, merchant.New(s.URL), s.URL
}

func post(t *testing.T, url string, in any) (int, []byte, http.Header) {
	t.Helper()
	body, _ := json.Marshal(in)
	resp, err := http.Post(url, "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var b bytes.Buffer
	_, _ = b.ReadFrom(resp.Body)
	return resp.StatusCode, b.Bytes(), resp.Header
}

func arguments(c *merchant.Client, o protocol.Order) protocol.Pay {
	p := c.Sign(o.PrepayID)
	return protocol.Pay{TimeStamp: p.TimeStamp, NonceStr: p.NonceStr, Package: p.Package, SignType: p.SignType, PaySign: p.PaySign,
		Payer: "alice", Method: protocol.Balance}
}

func TestOrdersAreIdempotent(t *testing.T) {
	t.Parallel()
	_, c, _ := serve(t, filepath.Join(t.TempDir(), "pay.db"), gateway.Options{})
	in := protocol.NewOrder{OrderID: "1", Title: "comb", Amount: 5, Currency: "CNY"}
	a, err := c.Register(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := c.Register(t.Context(), in); err != nil || b.PrepayID != a.PrepayID {
		t.Errorf("again: %+v %v", b, err)
	}
	in.Amount = 6
	if _, err := c.Register(t.Context(), in); err == nil || !strings.Contains(err.Error(), "conflict") {
		t.Errorf("another amount: %v", err)
	}
	for name, bad := range map[string]protocol.NewOrder{
		"no amount": {OrderID: "2", Title: "x", Currency: "CNY"}, "negative": {OrderID: "2", Title: "x", Amount: -1, Currency: "CNY"},
		"no title": {OrderID: "2", Amount: 1, Currency: "CNY"}, "no currency": {OrderID: "2", Title: "x", Amount: 1},
		"too long": {OrderID: "2", Title: "x", Amount: 1, Currency: "CNY", TTL: 1 << 30},
	} {
		if _, err := c.Register(t.Context(), bad); err == nil || !strings.Contains(err.Error(), "bad_request") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMerchantsAreAuthenticated(t *testing.T) {
	t.Parallel()
	_, c, _ := serve(t, filepath.Join(t.TempDir(), "pay.db"), gateway.Options{})
	in := protocol.NewOrder{OrderID: "1", Title: "comb", Amount: 5, Currency: "CNY"}
	for name, spoil := range map[string]func(*merchant.Client){
		"wrong secret": func(c *merchant.Client) { c.Secret = "x" },
		"unknown":      func(c *merchant.Client) { c.Merchant = "x" },
		"old":          func(c *merchant.Client) { c.Now = func() time.Time { return time.Now().Add(-time.Hour) } },
		"early":        func(c *merchant.Client) { c.Now = func() time.Time { return time.Now().Add(time.Hour) } },
	} {
		bad := *c
		spoil(&bad)
		if _, err := bad.Register(t.Context(), in); err == nil || !strings.Contains(err.Error(), "unauthorized") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// recorder keeps the last request, to send it again.
type recorder struct{ last *http.Request }

func (r *recorder) RoundTrip(q *http.Request) (*http.Response, error) {
	r.last = q
	return http.DefaultTransport.RoundTrip(q)
}

func TestReplayedRequestIsRefused(t *testing.T) {
	t.Parallel()
	_, c, _ := serve(t, filepath.Join(t.TempDir(), "pay.db"), gateway.Options{})
	tap := &recorder{}
	c.HTTP = &http.Client{Transport: tap}
	if _, err := c.Register(t.Context(), protocol.NewOrder{OrderID: "1", Title: "comb", Amount: 5, Currency: "CNY"}); err != nil {
		t.Fatal(err)
	}
	again := tap.last.Clone(t.Context())
	again.Body, _ = tap.last.GetBody()
	resp, err := http.DefaultTransport.RoundTrip(again)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("a replayed request is answered %s", resp.Status)
	}
}

func TestMoneyIsTakenOnceByManyAtOnce(t *testing.T) {
	t.Parallel()
	g, c, url := serve(t, filepath.Join(t.TempDir(), "pay.db"), gateway.Options{Balance: 1000})
	o, err := c.Register(t.Context(), protocol.NewOrder{OrderID: "1", Title: "comb", Amount: 300, Currency: "CNY"})
	if err != nil {
		t.Fatal(err)
	}
	same := arguments(c, o)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			in, want := same, http.StatusOK
			if i%2 == 1 {
				in = arguments(c, o) // another key
			}
			status, body, _ := post(t, url+protocol.PathPayments, in)
			if status != want && status != http.StatusConflict {
				t.Errorf("payment %d: %d %s", i, status, body)
			}
		})
	}
	wg.Wait()
	if left, _ := g.Balance("alice", protocol.Balance); left != 700 {
		t.Errorf("%d are left of 1000 after paying 300", left)
	}
}

func TestStateSurvivesRestart(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "pay.db")
	g, c, url := serve(t, file, gateway.Options{Balance: 1000})
	o, _ := c.Register(t.Context(), protocol.NewOrder{OrderID: "1", Title: "comb", Amount: 300, Currency: "CNY"})
	in := arguments(c, o)
	_, first, _ := post(t, url+protocol.PathPayments, in)
	if _, err := gateway.Open(file, gateway.Options{}); err == nil || !strings.Contains(err.Error(), "another gateway uses it") {
		t.Errorf("two gateways on one file: %v", err)
	}
	_ = g.Close()
	_, _, url = serve(t, file, gateway.Options{Balance: 1000})
	if status, second, _ := post(t, url+protocol.PathPayments, in); status != 200 || !bytes.Equal(first, second) {
		t.Errorf("after a restart: %d %s, before %s", status, second, first)
	}
}

func TestExpiryAndApp(t *testing.T) {
	t.Parallel()
	var late time.Duration
	_, c, url := serve(t, filepath.Join(t.TempDir(), "pay.db"), gateway.Options{Now: func() time.Time { return time.Now().Add(late) }})
	c.App = "shop"
	o, err := c.Register(t.Context(), protocol.NewOrder{OrderID: "1", App: "shop", Title: "comb", Amount: 300, Currency: "CNY", TTL: 60})
	if err != nil {
		t.Fatal(err)
	}
	in := arguments(c, o)
	in.App = "other"
	if status, body, _ := post(t, url+protocol.PathPayments, in); status != 403 || !strings.Contains(string(body), "bad_sign") {
		t.Errorf("another app: %d %s", status, body)
	}
	late, in.App = 2*time.Minute, "shop"
	if status, body, _ := post(t, url+protocol.PathPayments, in); status != 410 || !strings.Contains(string(body), "expired") {
		t.Errorf("too late: %d %s", status, body)
	}
}

func TestAnswersAreSigned(t *testing.T) {
	t.Parallel()
	g, _, url := serve(t, filepath.Join(t.TempDir(), "pay.db"), gateway.Options{})
	for _, body := range []any{"not a payment", protocol.Pay{Package: "x"}, protocol.Pay{Package: "prepay_id=none"}} {
		status, text, header := post(t, url+protocol.PathPayments, body)
		if !protocol.VerifyAnswer(g.PublicKey(), "", status, text, header.Get(protocol.HeaderGateway)) || status < 400 {
			t.Errorf("the answer to %v is %d %s, signature %q", body, status, text, header.Get(protocol.HeaderGateway))
		}
	}
	status, _, _ := post(t, url+protocol.PathChallenges, protocol.AskChallenge{PrepayID: "none"})
	if status != 404 {
		t.Errorf("a challenge for no order: %d", status)
	}
}

func TestChallengeIsUsedUp(t *testing.T) {
	t.Parallel()
	_, c, url := serve(t, filepath.Join(t.TempDir(), "pay.db"), gateway.Options{})
	o, _ := c.Register(t.Context(), protocol.NewOrder{OrderID: "1", Title: "comb", Amount: 300, Currency: "CNY"})
	_, body, _ := post(t, url+protocol.PathChallenges, protocol.AskChallenge{PrepayID: o.PrepayID})
	var ch protocol.Challenge
	if err := json.Unmarshal(body, &ch); err != nil || len(ch.Choices) != 3 || !strings.Contains(fmt.Sprint(ch.Choices), fmt.Sprint(ch.Number)) {
		t.Fatalf("challenge %s: %v", body, err)
	}
	in := arguments(c, o)
	in.Challenge, in.Answer = ch.ID, 1
	for _, answer := range []int{1, ch.Number} {
		in.Answer = answer
		if status, text, _ := post(t, url+protocol.PathPayments, in); status != 403 {
			t.Errorf("answer %d to a challenge of %d: %d %s", answer, ch.Number, status, text)
		}
	}
}
