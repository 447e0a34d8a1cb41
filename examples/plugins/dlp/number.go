package main

import (
	"time"
	"unicode/utf8"
)

// maxGap is how many separators may stand between two digits.
const maxGap = 3

// holdsNumber tells whether a text holds a resident identity number (GB 11643): 17 digits and a check character, also with
// separators or in full-width digits, not as a part of a longer run of digits.
func holdsNumber(text []byte) bool {
	apart := true // no digit stands right before
	for i := 0; i < len(text); {
		d, size := digit(text[i:])
		if d < 0 || d > 9 {
			apart = true
			i += size
			continue
		}
		if apart && startsNumber(text[i:]) {
			return true
		}
		apart = false
		i += size
	}
	return false
}

// startsNumber tells whether a text begins with a number.
func startsNumber(text []byte) bool {
	var n [18]byte
	count, gap := 0, 0
	for i := 0; i < len(text); {
		d, size := digit(text[i:])
		switch {
		case d >= 0 && d <= 9 || d == 10 && count == 17:
			n[count] = "0123456789X"[d]
			count, gap = count+1, 0
		case d == separator && gap < maxGap:
			gap++
		default:
			return false
		}
		i += size
		if count == len(n) {
			next, _ := digit(text[i:])
			return (next < 0 || next > 9) && valid(n)
		}
	}
	return false
}

// What digit returns for characters that are none.
const (
	other     = -1
	separator = -2
)

// digit reads one character: 0 to 9, 10 for X, separator or other.
func digit(text []byte) (value, size int) {
	if len(text) == 0 {
		return other, 1
	}
	if c := text[0]; c < utf8.RuneSelf {
		switch {
		case c >= '0' && c <= '9':
			return int(c - '0'), 1
		case c == 'x' || c == 'X':
			return 10, 1
		case c == ' ' || c == '-' || c == '_' || c == '.' || c == '/' || c == '\t' || c == '\n' || c == '\r':
			return separator, 1
		}
		return other, 1
	}
	r, size := utf8.DecodeRune(text)
	switch {
	case r >= '０' && r <= '９':
		return int(r - '０'), size
	case r == 'Ｘ' || r == 'ｘ':
		return 10, size
	case r == '\u00a0' || r == '\u3000' || r == '\u200b' || r == '·' || r == '－' || r == '—' || r == '–':
		return separator, size
	}
	return other, size
}

// valid checks province, day of birth and check character.
func valid(n [18]byte) bool {
	if province := n[0]; province < '1' || province > '9' {
		return false
	}
	born, err := time.Parse("20060102", string(n[6:14]))
	if err != nil || born.Year() < 1850 || born.Year() > 2150 {
		return false
	}
	sum := 0 // ISO 7064, MOD 11-2: the weights are powers of two modulo 11
	for _, c := range n[:17] {
		sum = (sum + int(c-'0')) * 2 % 11
	}
	return n[17] == "10X98765432"[sum]
}
