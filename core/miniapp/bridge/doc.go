// Package bridge is the JSBridge: it turns wx.* and ft.* calls of a mini-program into capability calls and asks, and
// brings answers and events back.
//
// It has two ends, joined by serialisable messages only. [Bridge] lives in the actor and sees the realm through an
// interface; [Dispatcher] lives with the kernel and sees the dispatch chain through one. Neither knows the script
// engine, a capability, or which transport lies between them.
package bridge
