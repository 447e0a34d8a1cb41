package payer

import (
	"fmt"
	"strconv"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/plugins/payment/protocol"
)

// Texts of the dialogs. Buttons are numbered from 0; the dialog that is dismissed answers -1.
const (
	textPay    = "确认支付"
	textCancel = "取消"
)

// OneTap shows merchant and amount and asks once; small amounts, if so configured, are paid unasked. It pays from the
// balance.
func OneTap(ctx *pdk.Context, link *Link, order protocol.Order, pay *protocol.Pay) error {
	pay.Method = protocol.Balance
	if order.Amount <= link.FreeBelow {
		return nil
	}
	button, err := ctx.Confirm(title(order), details(order), textPay, textCancel)
	if err != nil {
		return err
	}
	if button != 0 {
		return ErrCancel
	}
	return nil
}

// Numbers lets the user choose an account and then pick the number that the gateway named out of several, so that nobody
// pays by tapping without looking.
func Numbers(ctx *pdk.Context, link *Link, order protocol.Order, pay *protocol.Pay) error {
	methods := []protocol.Method{protocol.Balance, protocol.Card}
	button, err := ctx.Confirm(title(order), details(order)+"\n请选择付款方式", "余额支付", "银行卡支付", textCancel)
	if err != nil {
		return err
	}
	if button < 0 || button >= len(methods) {
		return ErrCancel
	}
	pay.Method = methods[button]
	challenge, err := link.Challenge(order.PrepayID)
	if err != nil {
		return err
	}
	buttons := make([]string, 0, len(challenge.Choices)+1)
	for _, n := range challenge.Choices {
		buttons = append(buttons, strconv.Itoa(n))
	}
	ask := fmt.Sprintf("支付 %s\n请点按数字 %d 完成支付", Money(order.Amount, order.Currency), challenge.Number)
	button, err = ctx.Confirm("安全确认", ask, append(buttons, textCancel)...)
	if err != nil {
		return err
	}
	if button < 0 || button >= len(challenge.Choices) {
		return ErrCancel
	}
	pay.Challenge, pay.Answer = challenge.ID, challenge.Choices[button]
	return nil
}

func title(order protocol.Order) string { return "向" + order.Merchant + "付款" }

func details(order protocol.Order) string {
	return Money(order.Amount, order.Currency) + "\n" + order.Title
}

var _, _ Flow = OneTap, Numbers
