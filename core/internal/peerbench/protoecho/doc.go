// Package protoecho is an echo for knqyf263/go-plugin: host and guest are generated from echo.proto by its generator, which
// needs protoc.
package protoecho

//go:generate ./generate.sh
