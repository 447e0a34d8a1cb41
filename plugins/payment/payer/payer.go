package payer

import (
	"errors"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/plugins/payment/protocol"
)

// Capability is the contract that the plugins keep.
const Capability = "dougong.payment/v1"

// Flow asks the user to confirm an order. It fills in how the payment is made, or fails with ErrCancel. It is asked
// again if the gateway did not accept the confirmation.
type Flow func(ctx *pdk.Context, link *Link, order protocol.Order, pay *protocol.Pay) error

// Payer serves the capability with a vendor's flow.
type Payer struct {
	flow     Flow
	settings *settings
}

// New makes a payer. Without Configure it talks to the sandbox.
func New(flow Flow) *Payer {
	s, _ := parse(nil) // the defaults are valid, says a test
	return &Payer{flow: flow, settings: s}
}

// Configure sets the gateway.
func (p *Payer) Configure(_ *pdk.Context, config []byte) error {
	s, err := parse(config)
	if err != nil {
		return pdk.Errorf(pdk.CodeConfig, "config", "payment configuration: %s", err)
	}
	p.settings = s
	return nil
}

// Methods is the capability's method table.
func (p *Payer) Methods() pdk.Methods {
	return pdk.Methods{"requestPayment": pdk.Func(p.requestPayment)}
}

// Arguments is what wx.requestPayment takes.
type Arguments struct {
	TimeStamp string `json:"timeStamp"`
	NonceStr  string `json:"nonceStr"`
	Package   string `json:"package"`
	SignType  string `json:"signType"`
	PaySign   string `json:"paySign"`
}

// Result is what it answers.
type Result struct {
	TransactionID string `json:"transactionId"`
	PaidAt        string `json:"paidAt"`
	Amount        int64  `json:"amount"`
	Currency      string `json:"currency"`
}

// maxConfirmations is how often a user may confirm wrongly.
const maxConfirmations = 3

func (p *Payer) requestPayment(ctx *pdk.Context, in Arguments) (Result, error) {
	id, ok := protocol.PrepayID(in.Package)
	if !ok {
		return Result{}, pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", "package: expected prepay_id=…, found %.80q", in.Package)
	}
	if in.SignType != protocol.SignType {
		return Result{}, pdk.Errorf(codeSignature, "signature", "signType: this gateway takes %s, found %q", protocol.SignType, in.SignType)
	}
	pay := protocol.Pay{TimeStamp: in.TimeStamp, NonceStr: in.NonceStr, Package: in.Package, SignType: in.SignType, PaySign: in.PaySign,
		App: ctx.App, Payer: ctx.User, Method: protocol.Balance}
	link := &Link{ctx, p.settings}
	order, err := link.Order(id, 0)
	if err != nil {
		return Result{}, before(err)
	}
	if order.Status == protocol.Paid || order.Status == protocol.Processing {
		// A repeated call: nothing is confirmed anew, the gateway tells whether it is the same payment.
		return p.complete(link, order, pay)
	}
	if order.Status == protocol.Expired {
		return Result{}, pdk.Errorf(codeOrder, "order", "%s: the order expired at %s", protocol.ReasonExpired, order.ExpiresAt.Format(time.RFC3339))
	}
	return p.confirmed(ctx, link, order, pay)
}

// confirmed lets the user confirm, and pays.
func (p *Payer) confirmed(ctx *pdk.Context, link *Link, order protocol.Order, pay protocol.Pay) (Result, error) {
	for try := 1; ; try++ {
		if err := p.flow(ctx, link, order, &pay); err != nil {
			return Result{}, before(err)
		}
		result, err := p.complete(link, order, pay)
		var refusal *pdk.Error
		if errors.As(err, &refusal) && reason(refusal) == protocol.ReasonWrongAnswer && try < maxConfirmations {
			continue
		}
		return result, err
	}
}

// before is the error of a step before any payment was asked for: nothing was paid.
func before(err error) error {
	var lost *errLost
	if errors.As(err, &lost) {
		return unreachable(lost.cause)
	}
	return err
}
