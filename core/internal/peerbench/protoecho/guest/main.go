//go:build wasip1

// Command guest is the plugin of package protoecho.
package main

import (
	"context"

	"github.com/dougong-dev/dougong/core/internal/peerbench/protoecho"
)

func main() {}

func init() { protoecho.RegisterEcho(echo{}) }

type echo struct{}

// Say implements protoecho.Echo.
func (echo) Say(_ context.Context, in *protoecho.Text) (*protoecho.Text, error) {
	return &protoecho.Text{Text: in.GetText()}, nil
}
