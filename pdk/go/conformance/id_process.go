//go:build !wasip1

package main

// id is that of process/plugin.yaml.
const id = "dougong.conformance.go_process"
