// Package protocol is what the sandbox payment gateway, merchants' servers and the payment plugins say to each other:
// messages over HTTP and the signatures on them.
//
// A merchant signs its requests and the payment parameters with a secret that it shares with the gateway; the gateway
// signs every answer with Ed25519, bound to the nonce of the request, so that no answer can be forged or replayed. The
// package depends on the standard library only and runs in WebAssembly.
package protocol

import (
	"strings"
	"time"
)

// Paths of the gateway, below its base address.
const (
	PathOrders     = "/v1/orders"     // POST: a merchant creates an order. GET PathOrders/{prepayId}: anyone who has the id looks at it
	PathChallenges = "/v1/challenges" // POST: ask for a code that the payer has to confirm
	PathPayments   = "/v1/payments"   // POST: pay
)

// Header fields.
const (
	HeaderMerchant  = "X-Pay-Merchant"
	HeaderTimestamp = "X-Pay-Timestamp"
	HeaderNonce     = "X-Pay-Nonce"             // of the request; the answer's signature covers it
	HeaderSignature = "X-Pay-Signature"         // of a merchant's request
	HeaderGateway   = "X-Pay-Gateway-Signature" // of every answer
)

// Status is how far an order is.
type Status string

// The states of an order.
const (
	Created    Status = "created"
	Processing Status = "processing"
	Paid       Status = "paid"
	Expired    Status = "expired"
)

// NewOrder is a merchant's request to create an order. Repeating it with the same OrderID gives the same PrepayID.
type NewOrder struct {
	OrderID  string `json:"orderId"` // the merchant's number
	App      string `json:"app,omitempty"`
	Title    string `json:"title"`
	Amount   int64  `json:"amount"` // in the currency's smallest unit
	Currency string `json:"currency"`
	TTL      int    `json:"ttl,omitempty"` // seconds until it expires
}

// Order is what the gateway tells about an order.
type Order struct {
	PrepayID  string    `json:"prepayId"`
	Merchant  string    `json:"merchant"` // its name, to show to the payer
	App       string    `json:"app,omitempty"`
	Title     string    `json:"title"`
	Amount    int64     `json:"amount"`
	Currency  string    `json:"currency"`
	Status    Status    `json:"status"`
	ExpiresAt time.Time `json:"expiresAt"`
	Payment   *Payment  `json:"payment,omitempty"` // once it is paid
}

// Payment is a payment that was made.
type Payment struct {
	TransactionID string    `json:"transactionId"`
	Key           string    `json:"key"` // the idempotency key it was made with
	Amount        int64     `json:"amount"`
	Currency      string    `json:"currency"`
	PaidAt        time.Time `json:"paidAt"`
}

// Method is the account that a payment is taken from.
type Method string

// The payer's accounts.
const (
	Balance Method = "balance"
	Card    Method = "card"
)

// Pay asks for a payment. The first five fields are the arguments of wx.requestPayment, which the merchant has signed.
type Pay struct {
	TimeStamp string `json:"timeStamp"`
	NonceStr  string `json:"nonceStr"`
	Package   string `json:"package"`
	SignType  string `json:"signType"`
	PaySign   string `json:"paySign"`

	App       string `json:"app"`
	Payer     string `json:"payer"`
	Method    Method `json:"method"`
	Challenge string `json:"challenge,omitempty"` // the id of a challenge and the payer's answer to it
	Answer    int    `json:"answer,omitempty"`
}

// AskChallenge asks for a challenge.
type AskChallenge struct {
	PrepayID string `json:"prepayId"`
}

// Challenge is a number that the payer has to pick out of Choices, so that nobody pays by tapping without looking.
type Challenge struct {
	ID      string `json:"id"`
	Number  int    `json:"number"`
	Choices []int  `json:"choices"`
}

// Failure is the body of every answer whose status is not 2xx.
type Failure struct {
	Reason  string `json:"reason"`
	Message string `json:"message"`
}

// Reasons of failures.
const (
	ReasonBadRequest   = "bad_request"
	ReasonUnauthorized = "unauthorized" // a merchant's request that is not signed by it
	ReasonUnknownOrder = "unknown_order"
	ReasonExpired      = "expired"
	ReasonAlreadyPaid  = "already_paid"
	ReasonConflict     = "conflict" // an order id or key that was used with other content
	ReasonBadSign      = "bad_sign" // payment parameters that the merchant has not signed
	ReasonFunds        = "insufficient_funds"
	ReasonWrongAnswer  = "wrong_answer"
	ReasonInProgress   = "in_progress"
	ReasonInternal     = "internal"
)

// packagePrefix is how WeChat's package parameter names an order.
const packagePrefix = "prepay_id="

// Package makes the package parameter of an order.
func Package(prepayID string) string { return packagePrefix + prepayID }

// PrepayID reads the order out of a package parameter.
func PrepayID(pkg string) (string, bool) {
	id, ok := strings.CutPrefix(pkg, packagePrefix)
	if !ok || id == "" || len(id) > 64 || strings.Trim(id, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-") != "" {
		return "", false
	}
	return id, true
}

// IdempotencyKey is the key of the payment that some arguments ask for: asking twice pays once.
func IdempotencyKey(p *Pay) string { return p.Package + ":" + p.NonceStr }
