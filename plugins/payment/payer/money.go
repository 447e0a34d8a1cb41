package payer

import (
	"fmt"
	"strings"
)

// symbols of the currencies that have two decimals and a common sign.
var symbols = map[string]string{"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "HKD": "HK$"}

// whole is the currencies without a smaller unit.
var whole = map[string]bool{"JPY": true, "KRW": true, "VND": true}

// Money writes an amount for people: "¥198.00".
func Money(amount int64, currency string) string {
	sign := symbols[strings.ToUpper(currency)]
	if sign == "" {
		sign = strings.ToUpper(currency) + " "
	}
	if whole[strings.ToUpper(currency)] {
		return fmt.Sprintf("%s%d", sign, amount)
	}
	return fmt.Sprintf("%s%d.%02d", sign, amount/100, amount%100)
}
