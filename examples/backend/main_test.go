package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"testing"

	"github.com/dougong-dev/dougong/plugins/payment/protocol"
)

// The whole way of an order: goods, order, signed parameters, payment at the mounted gateway.
func TestOrderIsPaid(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- run(ctx, l, "") }()
	base := "http://" + l.Addr().String()

	var order struct {
		OrderID string
		Total   int64
		Payment protocol.Pay
	}
	post(t, base+"/api/orders", `{"items":[{"id":"comb","count":2}]}`, &order)
	if order.OrderID == "" || order.Total != 19800 {
		t.Fatalf("order %+v", order)
	}
	pay := order.Payment
	pay.App, pay.Payer, pay.Method = "dg.example.shop", "alice", protocol.Balance
	text, _ := json.Marshal(pay)
	var paid protocol.Order
	post(t, base+gatewayPath+protocol.PathPayments, string(text), &paid)
	if paid.Status != protocol.Paid || paid.Payment.Amount != 19800 {
		t.Errorf("paid %+v", paid)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func post(t *testing.T, url, body string, out any) {
	t.Helper()
	resp, err := http.Post(url, "application/json", bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		t.Fatalf("%s: %s", url, resp.Status)
	}
	if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
		t.Fatal(err)
	}
}
