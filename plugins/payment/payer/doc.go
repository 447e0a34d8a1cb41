// Package payer is what the payment plugins have in common: it pays an order at the gateway and does not say "paid" or
// "not paid" before it knows.
//
// An answer counts only if the gateway has signed it for this very request and it is about the order and the amount that
// the user saw. If an answer is lost, the order is asked after; the payment is asked for again under the same key, which
// pays once however often it is asked. What differs between vendors is how the user confirms: a Flow.
package payer
