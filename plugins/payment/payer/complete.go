package payer

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/plugins/payment/protocol"
)

// complete asks for a payment until its outcome is known. seen is the order as the user confirmed it.
func (p *Payer) complete(link *Link, seen protocol.Order, pay protocol.Pay) (Result, error) {
	var last error
	for try := range p.settings.Tries {
		order, err := link.pay(pay)
		var lost *errLost
		if errors.As(err, &lost) {
			last = lost.cause
			link.ctx.Log(pdk.LevelWarn, "the answer to a payment is lost, asking after it", "order", seen.PrepayID, "try", try+1, "error", last)
			order, err = link.Order(seen.PrepayID, p.settings.TimeoutMS)
		}
		for err == nil && order.Status == protocol.Processing {
			order, err = link.Order(seen.PrepayID, p.settings.TimeoutMS)
			if link.ctx.Err() != nil {
				break
			}
		}
		if errors.As(err, &lost) {
			last = lost.cause
			continue
		}
		if err != nil {
			return Result{}, err
		}
		if order.Status == protocol.Paid {
			return verify(seen, order, pay)
		}
		// The gateway says that nothing was paid: asking again is safe, because the key is the same.
	}
	return Result{}, unverified("the outcome of the payment is not known (%v); query the order at the merchant's server before trying again", last)
}

// verify accepts a payment only if it is the one that the user confirmed.
func verify(seen, order protocol.Order, pay protocol.Pay) (Result, error) {
	switch paid := order.Payment; {
	case paid == nil || paid.TransactionID == "":
		return Result{}, unverified("the gateway says that the order is paid, but not by which transaction")
	case paid.Key != protocol.IdempotencyKey(&pay):
		return Result{}, refused(protocol.Failure{Reason: protocol.ReasonAlreadyPaid, Message: "the order was paid by another request"})
	case order.PrepayID != seen.PrepayID, order.Amount != seen.Amount, order.Currency != seen.Currency, paid.Amount != seen.Amount, paid.Currency != seen.Currency:
		return Result{}, unverified("the gateway took %d %s for order %s, the user confirmed %d %s for order %s", paid.Amount, paid.Currency, order.PrepayID, seen.Amount, seen.Currency, seen.PrepayID)
	default:
		return Result{TransactionID: paid.TransactionID, PaidAt: paid.PaidAt.UTC().Format(time.RFC3339), Amount: paid.Amount, Currency: paid.Currency}, nil
	}
}

// reason is why the gateway refused, if it did.
func reason(e *pdk.Error) string {
	var f protocol.Failure
	if json.Unmarshal(e.Data, &f) != nil {
		return ""
	}
	return f.Reason
}
