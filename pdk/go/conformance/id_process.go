//go:build !wasip1

package main

// id is that of process/plugin.yaml.
func id() string { return "dougong.conformance.go_process" }
