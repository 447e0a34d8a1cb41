// Package space keeps key-value data in one small database file per owner, an owner being a mini-program (or a plugin)
// and a user. One file each means that quotas, clearing and damage stay with one owner: nobody's bad file is another's
// lost data.
//
// Writes are durable when they return: the database is copy-on-write and synced, so that a crash leaves either the old
// or the new state. A file that is damaged is moved aside, never deleted, and the call that found out says where it is.
//
// It must not know capabilities nor the plugin kit.
package space
