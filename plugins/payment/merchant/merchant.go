// Package merchant is a merchant's side of the sandbox payment gateway: it registers orders and signs the parameters that
// a mini-program hands to wx.requestPayment. The secret stays on the merchant's server.
package merchant

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/dougong-dev/dougong/plugins/payment/protocol"
)

// Client registers orders. Empty fields mean the sandbox's.
type Client struct {
	Gateway  string // base address: "http://127.0.0.1:7710/pay"
	Merchant string
	Secret   string
	App      string // the mini-program that may pay; empty: any
	Currency string
	Key      ed25519.PublicKey // the gateway's
	HTTP     *http.Client
	Now      func() time.Time
}

// Parameters is what wx.requestPayment takes.
type Parameters struct {
	TimeStamp string `json:"timeStamp"`
	NonceStr  string `json:"nonceStr"`
	Package   string `json:"package"`
	SignType  string `json:"signType"`
	PaySign   string `json:"paySign"`
}

// New makes a client of the sandbox gateway at an address.
func New(gateway string) *Client {
	return &Client{Gateway: gateway, Merchant: protocol.SandboxMerchant, Secret: protocol.SandboxSecret, Currency: "CNY",
		Key: protocol.SandboxKey().Public().(ed25519.PublicKey), HTTP: http.DefaultClient, Now: time.Now}
}

// Prepare registers an order of total (in fen) and returns the parameters of wx.requestPayment as JSON. Preparing the
// same order again is safe: it stays one order.
func (c *Client) Prepare(ctx context.Context, orderID, title string, total int64) (json.RawMessage, error) {
	order, err := c.Register(ctx, protocol.NewOrder{OrderID: orderID, App: c.App, Title: title, Amount: total, Currency: c.Currency})
	if err != nil {
		return nil, err
	}
	return json.Marshal(c.Sign(order.PrepayID))
}

// Sign makes and signs the parameters that pay an order.
func (c *Client) Sign(prepayID string) Parameters {
	p := protocol.Pay{TimeStamp: strconv.FormatInt(c.Now().Unix(), 10), NonceStr: nonce(), Package: protocol.Package(prepayID), SignType: protocol.SignType}
	return Parameters{p.TimeStamp, p.NonceStr, p.Package, p.SignType, protocol.PaySign([]byte(c.Secret), c.App, &p)}
}

// Register creates an order at the gateway.
func (c *Client) Register(ctx context.Context, in protocol.NewOrder) (protocol.Order, error) {
	var out protocol.Order
	body, err := json.Marshal(in)
	if err != nil {
		return out, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.Gateway+protocol.PathOrders, bytes.NewReader(body))
	if err != nil {
		return out, fmt.Errorf("payment gateway: %w", err)
	}
	stamp, once := strconv.FormatInt(c.Now().Unix(), 10), nonce()
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(protocol.HeaderMerchant, c.Merchant)
	req.Header.Set(protocol.HeaderTimestamp, stamp)
	req.Header.Set(protocol.HeaderNonce, once)
	req.Header.Set(protocol.HeaderSignature, protocol.SignRequest([]byte(c.Secret), http.MethodPost, protocol.PathOrders, stamp, once, body))
	return out, c.do(req, once, &out)
}

func (c *Client) do(req *http.Request, once string, out any) error {
	resp, err := c.HTTP.Do(req)
	if err != nil {
		return fmt.Errorf("payment gateway: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return fmt.Errorf("payment gateway: %w", err)
	}
	if !protocol.VerifyAnswer(c.Key, once, resp.StatusCode, body, resp.Header.Get(protocol.HeaderGateway)) {
		return fmt.Errorf("payment gateway: the answer (%s) is not signed by the gateway", resp.Status)
	}
	if resp.StatusCode != http.StatusOK {
		var failure protocol.Failure
		_ = json.Unmarshal(body, &failure)
		return fmt.Errorf("payment gateway: %s (%s)", failure.Message, failure.Reason)
	}
	return json.Unmarshal(body, out)
}

func nonce() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails, says its documentation
	return hex.EncodeToString(b[:])
}
