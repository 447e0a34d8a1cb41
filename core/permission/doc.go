// Package permission decides who may do what: scopes that a user grants to a mini-program, allow-lists of addresses,
// call rates. It runs nothing itself; the dispatch chain asks Policy.Judge, and the kernel serves wx.getSetting,
// wx.authorize and wx.openSetting from it.
//
// A mini-program's call is judged by the user's grants and the mini-program's allow-lists. A plugin's call is judged by
// what its manifest requires, with the mini-program's allow-list as upper bound. A call of the host itself is trusted.
//
// The package must not know how the user is asked: that is the Prompter, which the host supplies.
package permission
