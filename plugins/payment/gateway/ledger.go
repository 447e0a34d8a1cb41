package gateway

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/dougong-dev/dougong/plugins/payment/protocol"
	"go.etcd.io/bbolt"
)

var (
	orders   = []byte("orders")   // prepay id → record
	byNumber = []byte("numbers")  // merchant, order number → prepay id
	accounts = []byte("accounts") // payer, method → balance
)

// record is an order as it is stored.
type record struct {
	Order      protocol.Order    `json:"order"`
	MerchantID string            `json:"merchantId"`
	New        protocol.NewOrder `json:"new"`
	Pending    *protocol.Pay     `json:"pending,omitempty"` // a payment that is being processed
}

// create stores an order. The same order asked for again is the same order.
func (g *Gateway) create(merchantID string, in protocol.NewOrder) (out protocol.Order, err error) {
	if in.OrderID == "" || in.Title == "" || in.Amount <= 0 || in.Amount > MaxAmount || len(in.Currency) != 3 || in.TTL < 0 || time.Duration(in.TTL)*time.Second > MaxTTL {
		return out, refuse(http.StatusBadRequest, protocol.ReasonBadRequest, "an order needs orderId, title, an amount of 1 to %d, a currency of three letters and a ttl of at most %s", int64(MaxAmount), MaxTTL)
	}
	ttl := DefaultTTL
	if in.TTL > 0 {
		ttl = time.Duration(in.TTL) * time.Second
	}
	err = g.db.Update(func(tx *bbolt.Tx) error {
		number := fmt.Appendf(nil, "%d:%s:%s", len(merchantID), merchantID, in.OrderID)
		if id := tx.Bucket(byNumber).Get(number); id != nil {
			have, err := load(tx, string(id))
			if err == nil && have.New != in {
				err = refuse(http.StatusConflict, protocol.ReasonConflict, "order %s exists with other content", in.OrderID)
			}
			out = have.Order
			return err
		}
		out = protocol.Order{PrepayID: newID("pp"), Merchant: g.options.Merchants[merchantID].Name, App: in.App, Title: in.Title,
			Amount: in.Amount, Currency: in.Currency, Status: protocol.Created, ExpiresAt: g.options.Now().Add(ttl).UTC()}
		if err := tx.Bucket(byNumber).Put(number, []byte(out.PrepayID)); err != nil {
			return err
		}
		return save(tx, record{Order: out, MerchantID: merchantID, New: in})
	})
	return out, err
}

// look returns an order as it is now.
func (g *Gateway) look(id string) (out protocol.Order, err error) {
	err = g.db.View(func(tx *bbolt.Tx) error {
		r, err := load(tx, id)
		out = g.aged(r.Order)
		return err
	})
	return out, err
}

// aged is an order that nobody has paid in time.
func (g *Gateway) aged(o protocol.Order) protocol.Order {
	if o.Status == protocol.Created && g.options.Now().After(o.ExpiresAt) {
		o.Status = protocol.Expired
	}
	return o
}

// pay takes the money, once. Asked again with the same key it answers the same.
func (g *Gateway) pay(id string, in protocol.Pay) (out protocol.Order, err error) {
	err = g.db.Update(func(tx *bbolt.Tx) error {
		r, err := load(tx, id)
		if err != nil {
			return err
		}
		if err := g.payable(r, in); err != nil {
			return err
		}
		if out = r.Order; r.Order.Status == protocol.Paid {
			return nil
		}
		if g.options.Inject && r.Order.Amount == InjectPending && r.Pending == nil {
			r.Order.Status, r.Pending = protocol.Processing, &in
		} else if err := g.settle(tx, &r, in); err != nil {
			return err
		}
		out = r.Order
		return save(tx, r)
	})
	return out, err
}

// payable refuses what must not be paid, or not by these arguments.
func (g *Gateway) payable(r record, in protocol.Pay) error {
	secret := g.options.Merchants[r.MerchantID].Secret
	o, key := g.aged(r.Order), protocol.IdempotencyKey(&in)
	switch {
	case !protocol.VerifyPaySign([]byte(secret), r.Order.App, &in):
		return refuse(http.StatusForbidden, protocol.ReasonBadSign, "paySign does not fit the other arguments and the merchant's secret")
	case o.App != "" && o.App != in.App:
		return refuse(http.StatusForbidden, protocol.ReasonBadSign, "the order is for app %q, not for %q", o.App, in.App)
	case in.Payer == "" || in.Method != protocol.Balance && in.Method != protocol.Card:
		return refuse(http.StatusBadRequest, protocol.ReasonBadRequest, "payer is empty or method is neither balance nor card")
	case o.Status == protocol.Paid && o.Payment.Key != key:
		return refuse(http.StatusConflict, protocol.ReasonAlreadyPaid, "the order is paid already")
	case o.Status == protocol.Processing && protocol.IdempotencyKey(r.Pending) != key:
		return refuse(http.StatusConflict, protocol.ReasonInProgress, "another payment of the order is under way")
	case o.Status == protocol.Expired:
		return refuse(http.StatusGone, protocol.ReasonExpired, "the order expired at %s", o.ExpiresAt.Format(time.RFC3339))
	}
	return nil
}

// settle moves the money.
func (g *Gateway) settle(tx *bbolt.Tx, r *record, in protocol.Pay) error {
	o := &r.Order
	account := fmt.Appendf(nil, "%d:%s:%s", len(in.Payer), in.Payer, in.Method)
	balance := g.options.Balance
	if have := tx.Bucket(accounts).Get(account); len(have) == 8 {
		balance = int64(binary.BigEndian.Uint64(have))
	}
	if balance < o.Amount || g.options.Inject && o.Amount == InjectFunds {
		return refuse(http.StatusPaymentRequired, protocol.ReasonFunds, "the account has %d, the order needs %d", balance, o.Amount)
	}
	if err := tx.Bucket(accounts).Put(account, binary.BigEndian.AppendUint64(nil, uint64(balance-o.Amount))); err != nil {
		return err
	}
	r.Pending = nil
	o.Status = protocol.Paid
	o.Payment = &protocol.Payment{TransactionID: newID("tx"), Key: protocol.IdempotencyKey(&in), Amount: o.Amount, Currency: o.Currency, PaidAt: g.options.Now().UTC()}
	return nil
}

// finish settles a payment that is being processed.
func (g *Gateway) finish(id string) error {
	return g.db.Update(func(tx *bbolt.Tx) error {
		r, err := load(tx, id)
		if err != nil || r.Pending == nil {
			return err
		}
		if err := g.settle(tx, &r, *r.Pending); err != nil {
			r.Pending, r.Order.Status = nil, protocol.Created
		}
		return save(tx, r)
	})
}

// Balance is what an account of a payer holds.
func (g *Gateway) Balance(payer string, method protocol.Method) (int64, error) {
	balance := g.options.Balance
	err := g.db.View(func(tx *bbolt.Tx) error {
		if have := tx.Bucket(accounts).Get(fmt.Appendf(nil, "%d:%s:%s", len(payer), payer, method)); len(have) == 8 {
			balance = int64(binary.BigEndian.Uint64(have))
		}
		return nil
	})
	return balance, err
}

func load(tx *bbolt.Tx, id string) (record, error) {
	var r record
	text := tx.Bucket(orders).Get([]byte(id))
	if text == nil {
		return r, refuse(http.StatusNotFound, protocol.ReasonUnknownOrder, "there is no order %q", id)
	}
	return r, json.Unmarshal(text, &r)
}

func save(tx *bbolt.Tx, r record) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return tx.Bucket(orders).Put([]byte(r.Order.PrepayID), text)
}
