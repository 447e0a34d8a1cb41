// Package gateway is a payment gateway for play money: it keeps orders, accounts and payments in a file, takes merchants'
// signed orders and payers' payments, and signs every answer. It is a real server, so that payment plugins are tried
// against what they will meet: lost answers, repeated requests, orders that are paid twice or too late.
//
//	g, err := gateway.Open("pay.db", gateway.Options{})
//	http.Handle("/pay/", http.StripPrefix("/pay", g))
//
// It must not know plugins nor mini-programs.
package gateway
