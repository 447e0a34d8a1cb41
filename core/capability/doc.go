// Package capability is the catalogue of contracts and providers, and the dispatch chain that every capability call
// takes: find provider → permission → schema → guards → provider → observers.
//
// It must not know how a plugin runs (core/plugin) nor who calls (core/miniapp, a plugin, the CLI).
package capability
