// Package provider serves dougong.account/v1: login codes, sessions and the user's profile.
//
// It must not know how its codes are exchanged; package code is what it shares with the server that does so.
package provider
