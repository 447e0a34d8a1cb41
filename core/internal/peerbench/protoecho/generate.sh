#!/usr/bin/env bash
# Generates the code of this package with go-plugin's generator, at the version of go.mod. Needs protoc.
set -euo pipefail
bin=$(mktemp -d)
trap 'rm -rf "$bin"' EXIT
version=$(go list -m -f '{{.Version}}' github.com/knqyf263/go-plugin)
GOBIN=$bin GOFLAGS= go install "github.com/knqyf263/go-plugin/cmd/protoc-gen-go-plugin@$version"
protoc --plugin="$bin/protoc-gen-go-plugin" --go-plugin_out=. --go-plugin_opt=paths=source_relative echo.proto
sed -i -E '/^\/\/[[:space:]]+protoc[[:space:]]+v/d' ./*.pb.go # differs between machines
