// Package contracts holds the standard capabilities of the platform, one YAML file each, in the form that
// pdk/go/contract reads. Vendors' own contracts have the same form and live with their plugins.
//
// It is data only: it must not know how a contract is loaded or who provides it.
package contracts

import "embed"

// Files holds the contract files, at the top: "network.yaml".
//
//go:embed *.yaml
var Files embed.FS
