package space

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
)

// Owner is whose data a space holds. Caller is the plugin that keeps it, empty for the mini-program itself.
type Owner struct {
	Caller string `json:"caller"`
	App    string `json:"app"`
	User   string `json:"user"`
}

// fileName is the name of the owner's database. It is a digest because ids and user names may hold any character; each
// part's length goes in first, so that no two owners can be spelled alike.
func (o Owner) fileName() string {
	h := sha256.New()
	for _, part := range []string{o.Caller, o.App, o.User} {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		h.Write(size[:])
		h.Write([]byte(part))
	}
	return hex.EncodeToString(h.Sum(nil)[:20]) + ".db"
}
