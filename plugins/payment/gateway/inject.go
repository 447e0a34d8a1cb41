package gateway

import "net/http"

// Amounts that fail on purpose, if Options.Inject is set: what a client has to survive, at will.
const (
	InjectFunds   = 40401 // the account has too little
	InjectLost    = 40402 // the payment is made, the connection breaks before the answer
	InjectError   = 40403 // the payment is made, the answer says 500
	InjectForged  = 40404 // the payment is made, the answer is not signed by the gateway
	InjectPending = 40405 // the payment stays in processing until somebody asks and waits
	InjectHang    = 40406 // the payment is made, the answer never comes
)

// spoil breaks the answer to a payment. It reports whether it has dealt with the answer.
func (g *Gateway) spoil(w http.ResponseWriter, r *http.Request, amount int64) bool {
	if !g.options.Inject {
		return false
	}
	switch amount {
	case InjectLost:
		panic(http.ErrAbortHandler) // net/http's way of cutting the connection
	case InjectError:
		http.Error(w, "bad gateway", http.StatusInternalServerError)
	case InjectForged:
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"status":"paid","payment":{"transactionId":"forged"}}`))
	case InjectHang:
		<-r.Context().Done()
	default:
		return false
	}
	return true
}
