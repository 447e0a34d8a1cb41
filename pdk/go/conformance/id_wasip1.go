package main

// id is that of plugin.yaml.
func id() string { return "dougong.conformance.go" }
