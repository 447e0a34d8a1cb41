package main

import (
	"errors"

	"github.com/dougong-dev/dougong/pdk/go"
)

func children(*pdk.Context, struct{}) (int, error) {
	return 0, errors.New("a WebAssembly module has no processes")
}
