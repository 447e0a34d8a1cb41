package payer

import (
	"fmt"
	"strconv"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/plugins/payment/protocol"
)

// words are the texts of the dialogs. Buttons are numbered from 0; the dialog that is dismissed answers -1.
type words struct {
	title                 string // with the merchant's name
	pay, cancel           string
	method, balance, card string
	check                 string
	number                string // with the amount and the number
}

var (
	chinese = words{
		title: "向%s付款", pay: "确认支付", cancel: "取消", method: "请选择付款方式", balance: "余额支付", card: "银行卡支付",
		check: "安全确认", number: "支付 %s\n请点按数字 %d 完成支付",
	}
	english = words{
		title: "Pay %s", pay: "Pay", cancel: "Cancel", method: "How do you want to pay?", balance: "From the balance", card: "By bank card",
		check: "Security check", number: "Paying %s\nTap the number %d to finish",
	}
)

// wordsFor are the texts in the user's language.
func wordsFor(ctx *pdk.Context) words {
	if ctx.Speaks("zh", "en") == "en" {
		return english
	}
	return chinese
}

// OneTap shows merchant and amount and asks once; small amounts, if so configured, are paid unasked. It pays from the
// balance.
func OneTap(ctx *pdk.Context, link *Link, order protocol.Order, pay *protocol.Pay) error {
	pay.Method = protocol.Balance
	if order.Amount <= link.FreeBelow {
		return nil
	}
	say := wordsFor(ctx)
	button, err := ctx.Confirm(say.titleOf(order), details(order), say.pay, say.cancel)
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
	say := wordsFor(ctx)
	button, err := ctx.Confirm(say.titleOf(order), details(order)+"\n"+say.method, say.balance, say.card, say.cancel)
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
	ask := fmt.Sprintf(say.number, Money(order.Amount, order.Currency), challenge.Number)
	button, err = ctx.Confirm(say.check, ask, append(buttons, say.cancel)...)
	if err != nil {
		return err
	}
	if button < 0 || button >= len(challenge.Choices) {
		return ErrCancel
	}
	pay.Challenge, pay.Answer = challenge.ID, challenge.Choices[button]
	return nil
}

func (w words) titleOf(order protocol.Order) string { return fmt.Sprintf(w.title, order.Merchant) }

func details(order protocol.Order) string {
	return Money(order.Amount, order.Currency) + "\n" + order.Title
}

var _, _ Flow = OneTap, Numbers
