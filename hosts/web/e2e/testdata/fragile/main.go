// Command fragile is a plugin that ends whenever it is asked something, as one with a defect does. Built with
//
//	go build -ldflags "-X main.version=1.0.1"
//
// it is the version in which that is mended.
package main

import (
	"os"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/serve"
)

const broken = "1.0.0"

var version = broken

// result is what is answered.
type result struct {
	Version string `json:"version"`
}

func answer(*pdk.Context, struct{}) (result, error) {
	if version == broken {
		os.Exit(3)
	}
	return result{version}, nil
}

func main() {
	serve.Register(pdk.New("com.example.fragile", version).Provide("com.example.fragile/v1", pdk.Methods{"ask": pdk.Func(answer)}))
	serve.Main()
}
