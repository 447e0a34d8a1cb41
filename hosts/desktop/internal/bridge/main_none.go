//go:build !desktop

package main

import "errors"

func measure() error { return errors.New("built without the tag \"desktop\"") }
