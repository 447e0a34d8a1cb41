package payer

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/plugins/payment/protocol"
)

// Link is the gateway as one call sees it.
type Link struct {
	ctx *pdk.Context
	*settings
}

// errLost says that no answer came that counts: whatever was asked for may or may not have happened.
type errLost struct{ cause error }

func (e *errLost) Error() string { return e.cause.Error() }

// do sends a request and reads the signed answer. The error is a *pdk.Error if the gateway refused, an *errLost if
// nothing is known.
func (l *Link) do(method, path string, timeoutMS int, in, out any) error {
	request := pdk.HTTPRequest{Method: method, URL: l.Gateway + path, TimeoutMS: timeoutMS, Headers: map[string][]string{}}
	if in != nil {
		body, err := json.Marshal(in)
		if err != nil {
			return err
		}
		request.Body = body
		request.Headers["Content-Type"] = []string{"application/json"}
	}
	once, err := nonce()
	if err != nil {
		return err
	}
	request.Headers[protocol.HeaderNonce] = []string{once}
	answer, err := l.ctx.HTTP().Do(request)
	if err != nil {
		return &errLost{err}
	}
	if !protocol.VerifyAnswer(l.key, once, answer.Status, answer.Body, answer.Header(protocol.HeaderGateway)) {
		return &errLost{fmt.Errorf("the answer (status %d) is not signed by the gateway", answer.Status)}
	}
	if answer.Status != 200 {
		var f protocol.Failure
		if err := json.Unmarshal(answer.Body, &f); err != nil {
			return &errLost{err}
		}
		return refused(f)
	}
	if err := json.Unmarshal(answer.Body, out); err != nil {
		return &errLost{err}
	}
	return nil
}

// Order looks at an order. With wait it answers when the order is no longer being processed, or after that time.
func (l *Link) Order(id string, waitMS int) (protocol.Order, error) {
	path := protocol.PathOrders + "/" + id
	if waitMS > 0 {
		path += fmt.Sprintf("?wait=%d", waitMS)
	}
	var out protocol.Order
	err := l.do("GET", path, l.TimeoutMS+waitMS, nil, &out)
	if err == nil && out.PrepayID != id {
		err = &errLost{fmt.Errorf("the gateway answered about order %q, asked was %q", out.PrepayID, id)}
	}
	return out, err
}

// Challenge asks for a number that the user has to pick.
func (l *Link) Challenge(id string) (protocol.Challenge, error) {
	var out protocol.Challenge
	err := l.do("POST", protocol.PathChallenges, l.TimeoutMS, protocol.AskChallenge{PrepayID: id}, &out)
	return out, err
}

func (l *Link) pay(in protocol.Pay) (protocol.Order, error) {
	var out protocol.Order
	err := l.do("POST", protocol.PathPayments, l.TimeoutMS, in, &out)
	return out, err
}

func nonce() (string, error) {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", fmt.Errorf("no random numbers: %w", err)
	}
	return hex.EncodeToString(b[:]), nil
}
