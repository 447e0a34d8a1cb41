// Package compat says which wx.* and ft.* names work, and holds them to it.
//
// Its mini-program (project) has cases: pieces of script that call APIs and look at what comes of it, by callbacks and by
// promises, in both namespaces. A case names what it proves, and fails if it did not use it. names.json lists the names that
// FinClip documents and those that WeChat's mini-programs use most. A name that a case proves is tested, every other one is
// unsupported: calling it has to fail as it does where a device lacks the part, and canIUse has to deny it.
//
//	cases, err := compat.Cases()
//	page, err := compat.Page("en")
//
// The tests run the cases on the first-party plugins, here without a screen and in hosts/web/e2e in Chromium. The package
// must not know either host.
package compat

//go:generate go run ./cmd ../../../docs
