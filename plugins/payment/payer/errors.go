package payer

import (
	"encoding/json"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/plugins/payment/protocol"
)

// Error codes of the contract.
const (
	codeCancel     = 70001
	codeOrder      = 70002
	codeSignature  = 70003
	codeDeclined   = 70004
	codeGateway    = 70005
	codeUnverified = 70006
	codeInProgress = 70007
)

// ErrCancel says that the user does not want to pay.
var ErrCancel = pdk.Errorf(codeCancel, "cancel", "cancel")

// refused turns a signed refusal of the gateway into an error of the contract.
func refused(f protocol.Failure) *pdk.Error {
	code, name := codeDeclined, "declined"
	switch f.Reason {
	case protocol.ReasonUnknownOrder, protocol.ReasonExpired, protocol.ReasonAlreadyPaid, protocol.ReasonConflict, protocol.ReasonBadRequest:
		code, name = codeOrder, "order"
	case protocol.ReasonBadSign:
		code, name = codeSignature, "signature"
	case protocol.ReasonInProgress:
		code, name = codeInProgress, "in-progress"
	case protocol.ReasonInternal:
		code, name = codeGateway, "gateway"
	}
	e := pdk.Errorf(code, name, "%s: %s", f.Reason, f.Message)
	e.Data, _ = json.Marshal(f) // two strings always can be
	return e
}

func unreachable(err error) *pdk.Error {
	return pdk.Errorf(codeGateway, "gateway", "the payment gateway cannot be reached: %s", pdk.AsError(err).Message)
}

func unverified(format string, args ...any) *pdk.Error {
	return pdk.Errorf(codeUnverified, "unverified", format, args...)
}
