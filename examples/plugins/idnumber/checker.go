package main

import (
	"encoding/json"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
)

// Error codes, as the contract declares them. Callers branch on them, so they never change their meaning.
const (
	codeMalformed  = 10001
	codeCheckDigit = 10002
	codeBirthday   = 10003
)

const defaultMinYear = 1900

// checker holds what the configuration says.
type checker struct {
	now     func() time.Time
	minYear int
}

// configure receives the plugin's part of superapp.yaml as JSON. The host has checked it against plugin.yaml's schema.
func (c *checker) configure(_ *pdk.Context, config []byte) error {
	settings := struct {
		MinYear int `json:"min_year"`
	}{defaultMinYear}
	if err := json.Unmarshal(config, &settings); err != nil {
		return err
	}
	c.minYear = settings.MinYear
	return nil
}

// Params and Result mirror the contract; pdk.Func turns them from and into JSON.
type Params struct {
	Number string `json:"number"`
}

// Result is what checkIdNumber answers.
type Result struct {
	Masked   string `json:"masked"`
	Birthday string `json:"birthday"`
	Sex      string `json:"sex"`
}

// check never puts the number into an error: messages end up in logs.
func (c *checker) check(_ *pdk.Context, in Params) (Result, error) {
	n := in.Number
	if !wellFormed(n) {
		return Result{}, pdk.Errorf(codeMalformed, "malformed", "the number is not 17 digits and a digit or X")
	}
	if want := checkCharacter(n); n[17] != want && (n[17] != 'x' || want != 'X') {
		return Result{}, pdk.Errorf(codeCheckDigit, "check-digit", "the last character does not fit the rest; a digit may be mistyped")
	}
	day, err := time.Parse("20060102", n[6:14])
	if err != nil || day.Year() < c.minYear || day.After(c.now()) {
		return Result{}, pdk.Errorf(codeBirthday, "birthday", "the day of birth does not exist, lies in the future or before %d", c.minYear)
	}
	sex := "female"
	if n[16]%2 == 1 { // the code of '1' is odd, as 1 is
		sex = "male"
	}
	return Result{Masked: n[:3] + "***********" + n[14:], Birthday: day.Format(time.DateOnly), Sex: sex}, nil
}

func wellFormed(n string) bool {
	if len(n) != 18 {
		return false
	}
	for i := range 17 {
		if n[i] < '0' || n[i] > '9' {
			return false
		}
	}
	last := n[17]
	return last >= '0' && last <= '9' || last == 'X' || last == 'x'
}

// checkCharacter is ISO 7064, MOD 11-2: the weights are powers of two modulo 11.
func checkCharacter(n string) byte {
	sum := 0
	for i := range 17 {
		sum = (sum + int(n[i]-'0')) * 2 % 11
	}
	return "10X98765432"[sum]
}
