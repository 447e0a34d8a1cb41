// Package miniapp runs open mini-programs: one [Session] each, an actor with its realm, its page stack and its timers.
//
// A session speaks to the outside by package message alone: ToActor goes in by Post, FromActor comes out through
// Options.Send, and nothing is shared. Inside, everything is sequential.
//
//	s, err := miniapp.Start(ctx, miniapp.Options{Program: p, User: "local", Kernel: kernel, Send: show})
//	s.Post(message.ToActor{Event: &event})
//	s.Close()
//
// The package must not know who shows the mini-program (hosts) nor how a capability is provided; the realm is package
// script's, trees and patches are package view's, capability calls go through package bridge.
package miniapp
