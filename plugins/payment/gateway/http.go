package gateway

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"net/http"
	"strconv"
	"time"

	"github.com/dougong-dev/dougong/plugins/payment/protocol"
)

const (
	maxBody       = 64 << 10
	clockSkew     = 5 * time.Minute // how far a merchant's clock may be off
	challengeLife = 5 * time.Minute
	maxChallenges = 10_000
)

func (g *Gateway) routes() {
	g.mux = http.NewServeMux()
	g.mux.HandleFunc("POST "+protocol.PathOrders, g.postOrder)
	g.mux.HandleFunc("GET "+protocol.PathOrders+"/{id}", g.getOrder)
	g.mux.HandleFunc("POST "+protocol.PathChallenges, g.postChallenge)
	g.mux.HandleFunc("POST "+protocol.PathPayments, g.postPayment)
}

// ServeHTTP implements http.Handler.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	g.mux.ServeHTTP(w, r)
}

func (g *Gateway) postOrder(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		g.answer(w, r, nil, refuse(http.StatusRequestEntityTooLarge, protocol.ReasonBadRequest, "the body is over %d bytes", maxBody))
		return
	}
	id, err := g.merchant(r, body)
	if err != nil {
		g.answer(w, r, nil, err)
		return
	}
	var in protocol.NewOrder
	if err := json.Unmarshal(body, &in); err != nil {
		g.answer(w, r, nil, refuse(http.StatusBadRequest, protocol.ReasonBadRequest, "the body is not an order: %s", err))
		return
	}
	out, err := g.create(id, in)
	g.answer(w, r, out, err)
}

// merchant tells who signed a request, which must be fresh and new.
func (g *Gateway) merchant(r *http.Request, body []byte) (string, error) {
	id, stamp, nonce := r.Header.Get(protocol.HeaderMerchant), r.Header.Get(protocol.HeaderTimestamp), r.Header.Get(protocol.HeaderNonce)
	m, ok := g.options.Merchants[id]
	if !ok || nonce == "" || len(nonce) > 64 || !protocol.VerifyRequest([]byte(m.Secret), r.Method, protocol.PathOrders, stamp, nonce, body, r.Header.Get(protocol.HeaderSignature)) {
		return "", refuse(http.StatusUnauthorized, protocol.ReasonUnauthorized, "the request is not signed by a merchant of this gateway")
	}
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	now := g.options.Now()
	if age := now.Sub(time.Unix(seconds, 0)); err != nil || age > clockSkew || age < -clockSkew {
		return "", refuse(http.StatusUnauthorized, protocol.ReasonUnauthorized, "the request's time is more than %s off", clockSkew)
	}
	if !g.firstUse(id+"\n"+nonce, now) {
		return "", refuse(http.StatusUnauthorized, protocol.ReasonUnauthorized, "the request was sent before")
	}
	return id, nil
}

// firstUse remembers a nonce for as long as its request would be fresh.
func (g *Gateway) firstUse(nonce string, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for n, until := range g.nonces {
		if now.After(until) {
			delete(g.nonces, n)
		}
	}
	if _, used := g.nonces[nonce]; used {
		return false
	}
	g.nonces[nonce] = now.Add(2 * clockSkew)
	return true
}

// getOrder answers at once, or with ?wait=milliseconds when the order is no longer in processing.
func (g *Gateway) getOrder(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	wait, _ := strconv.Atoi(r.URL.Query().Get("wait"))
	if wait > 0 && g.options.Inject {
		_ = g.finish(id)
	}
	timer := time.NewTimer(min(time.Duration(max(wait, 0))*time.Millisecond, MaxWait))
	defer timer.Stop()
	for {
		changed := g.change()
		out, err := g.look(id)
		if err != nil || out.Status != protocol.Processing || wait <= 0 {
			g.answer(w, r, out, err)
			return
		}
		select {
		case <-changed:
		case <-timer.C:
			wait = 0
		case <-r.Context().Done():
			return
		}
	}
}

func (g *Gateway) postChallenge(w http.ResponseWriter, r *http.Request) {
	var in protocol.AskChallenge
	if !g.read(w, r, &in) {
		return
	}
	o, err := g.look(in.PrepayID)
	if err == nil && o.Status != protocol.Created {
		err = refuse(http.StatusConflict, protocol.ReasonConflict, "the order is %s", o.Status)
	}
	if err != nil {
		g.answer(w, r, nil, err)
		return
	}
	c := protocol.Challenge{ID: newID("ch"), Choices: pick(3)}
	c.Number = c.Choices[below(len(c.Choices))]
	err = g.keep(c, in.PrepayID)
	g.answer(w, r, c, err)
}

func (g *Gateway) keep(c protocol.Challenge, order string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.options.Now()
	for id, old := range g.challenges {
		if now.After(old.expires) {
			delete(g.challenges, id)
		}
	}
	if len(g.challenges) >= maxChallenges {
		return refuse(http.StatusTooManyRequests, protocol.ReasonInternal, "too many challenges are open; try again later")
	}
	g.challenges[c.ID] = challenge{order, c.Number, now.Add(challengeLife)}
	return nil
}

// confirmed uses a challenge up, right or wrong.
func (g *Gateway) confirmed(in protocol.Pay, order string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	c, ok := g.challenges[in.Challenge]
	delete(g.challenges, in.Challenge)
	return ok && c.order == order && c.number == in.Answer && g.options.Now().Before(c.expires)
}

func (g *Gateway) postPayment(w http.ResponseWriter, r *http.Request) {
	var in protocol.Pay
	if !g.read(w, r, &in) {
		return
	}
	id, ok := protocol.PrepayID(in.Package)
	if !ok {
		g.answer(w, r, nil, refuse(http.StatusBadRequest, protocol.ReasonBadRequest, "package is not prepay_id=…"))
		return
	}
	// A repeated payment has used its challenge up; whether it is the same one is for pay to say.
	if o, err := g.look(id); err == nil && o.Status == protocol.Created && in.Challenge != "" && !g.confirmed(in, id) {
		g.answer(w, r, nil, refuse(http.StatusForbidden, protocol.ReasonWrongAnswer, "the code was not confirmed"))
		return
	}
	out, err := g.pay(id, in)
	g.announce()
	if err == nil && g.spoil(w, r, out.Amount) {
		return
	}
	g.answer(w, r, out, err)
}

func (g *Gateway) read(w http.ResponseWriter, r *http.Request, v any) bool {
	body, err := io.ReadAll(r.Body) // to its end: before, the server does not notice that the client has gone
	if err == nil {
		err = json.Unmarshal(body, v)
	}
	if err != nil {
		g.answer(w, r, nil, refuse(http.StatusBadRequest, protocol.ReasonBadRequest, "the body is not what was expected: %s", err))
		return false
	}
	return true
}

// answer writes a signed answer.
func (g *Gateway) answer(w http.ResponseWriter, r *http.Request, v any, err error) {
	status := http.StatusOK
	if err != nil {
		var no *refusal
		if !errors.As(err, &no) {
			no = &refusal{http.StatusInternalServerError, protocol.Failure{Reason: protocol.ReasonInternal, Message: "the gateway failed"}}
		}
		status, v = no.status, no.Failure
	}
	body, e := json.Marshal(v)
	if e != nil {
		http.Error(w, "the gateway failed", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set(protocol.HeaderGateway, protocol.SignAnswer(g.options.Key, r.Header.Get(protocol.HeaderNonce), status, body))
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client is gone: nothing left to tell it
}

// pick chooses n different numbers of two digits.
func pick(n int) []int {
	seen := map[int]bool{}
	var all []int
	for len(all) < n {
		if number := 10 + below(90); !seen[number] {
			seen[number] = true
			all = append(all, number)
		}
	}
	return all
}

func below(n int) int {
	v, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		return 0 // never: crypto/rand does not fail
	}
	return int(v.Int64())
}
