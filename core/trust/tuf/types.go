package tuf

import (
	"encoding/json"
	"time"

	"github.com/dougong-dev/dougong/core/trust/key"
)

// Names of the top-level roles.
const (
	RootRole      = "root"
	TimestampRole = "timestamp"
	SnapshotRole  = "snapshot"
	TargetsRole   = "targets"
)

// SpecVersion is the version of TUF's specification that is written.
const SpecVersion = "1.0.31"

// MaxFile is the size of a metadata file: what grows with the number of versions is cut into bins before it reaches this.
const MaxFile = 1 << 20

// Common is what all metadata say.
type Common struct {
	Type        string `json:"_type"`
	SpecVersion string `json:"spec_version"`
	Version     int64  `json:"version"`
	Expires     Time   `json:"expires"`
}

// Time is a moment in whole seconds, UTC.
type Time struct{ time.Time }

// MarshalJSON implements json.Marshaler.
func (t Time) MarshalJSON() ([]byte, error) {
	return json.Marshal(t.UTC().Truncate(time.Second).Format(time.RFC3339))
}

// UnmarshalJSON implements json.Unmarshaler.
func (t *Time) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	moment, err := time.Parse(time.RFC3339, text)
	t.Time = moment.UTC()
	return err
}

// Root says which keys hold which role. Anchors is ours: what else the root's keys vouch for (core/trust reads it).
type Root struct {
	Common
	ConsistentSnapshot bool               `json:"consistent_snapshot"`
	Keys               map[string]key.Key `json:"keys"`
	Roles              map[string]Role    `json:"roles"`
	Anchors            json.RawMessage    `json:"x-dougong-anchors,omitempty"`
}

// Role is a number of keys and how many of them must sign.
type Role struct {
	KeyIDs    []string `json:"keyids"`
	Threshold int      `json:"threshold"`
}

// Timestamp names the newest snapshot.
type Timestamp struct {
	Common
	Meta map[string]MetaFile `json:"meta"`
}

// Snapshot names the version of every targets file.
type Snapshot struct {
	Common
	Meta map[string]MetaFile `json:"meta"`
}

// MetaFile describes a metadata file. Length and hashes may be missing.
type MetaFile struct {
	Version int64             `json:"version"`
	Length  int64             `json:"length,omitempty"`
	Hashes  map[string]string `json:"hashes,omitempty"` // "sha256", "sha512", "sm3": lower-case hex
}

// Targets lists files and who may list others.
type Targets struct {
	Common
	Targets     map[string]TargetFile `json:"targets"`
	Delegations *Delegations          `json:"delegations,omitempty"`
}

// TargetFile describes a file. Of the hashes at least one is known.
type TargetFile struct {
	Length int64             `json:"length"`
	Hashes map[string]string `json:"hashes"`
	Custom json.RawMessage   `json:"custom,omitempty"`
}

// Delegations give paths to other roles: by a list of roles, or by bins alone.
type Delegations struct {
	Keys          map[string]key.Key `json:"keys"`
	Roles         []DelegatedRole    `json:"roles,omitempty"`
	SuccinctRoles *SuccinctRoles     `json:"succinct_roles,omitempty"`
}

// DelegatedRole may list the paths that match a pattern or whose hash has a prefix.
type DelegatedRole struct {
	Name string `json:"name"`
	Role
	Terminating      bool     `json:"terminating"`
	Paths            []string `json:"paths,omitempty"`
	PathHashPrefixes []string `json:"path_hash_prefixes,omitempty"`
}

// SuccinctRoles are 2^BitLength bins that all the same keys sign.
type SuccinctRoles struct {
	Role
	BitLength  int    `json:"bit_length"`
	NamePrefix string `json:"name_prefix"`
}
