package main

// id is that of plugin.yaml.
const id = "dougong.conformance.go"
