package trust

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/translog"
	"github.com/dougong-dev/dougong/core/trust/tuf"
	"golang.org/x/mod/semver"
)

// takedown takes the newer of the list that came and the one that the host knows. An older one that is shown again changes
// nothing; one that is not signed by an operator is refused with all that came with it.
func (v *verification) takedown(headGood bool) {
	v.Takedown = v.state.Takedown
	l := v.evidence.Takedown
	if l == nil || !headGood {
		return
	}
	t, err := l.Envelope.Takedown()
	if err != nil {
		v.bad(CodeTakedown, err)
		return
	}
	at, err := v.inLog(l, translog.Takedown)
	if err != nil {
		v.bad(CodeTakedown, err)
		return
	}
	var why []error
	if len(v.signers(l.Envelope, envelope.TakedownList, "", at, &why)) == 0 {
		v.bad(CodeTakedown, errors.Join(append([]error{errors.New("no operator signed the takedown list")}, why...)...))
		return
	}
	if known := v.Takedown; known == nil || t.Serial > known.Serial {
		v.Takedown = t
	}
}

// forbidden checks the takedown list and the lowest versions.
func (v *verification) forbidden(r *envelope.Release) {
	serial := int64(0)
	if t := v.Takedown; t != nil {
		serial = t.Serial
		for _, e := range t.Entries {
			if e.ID == r.ID && (len(e.Versions) == 0 || slices.Contains(e.Versions, r.Version)) {
				v.bad(CodeTakedown, fmt.Errorf("%s@%s was taken down (list %d): %s", r.ID, r.Version, t.Serial, e.Reason))
			}
		}
	}
	if !v.Refuses(CodeTakedown) {
		v.good(CodeTakedown, "takedown list %d does not forbid it", serial)
	}
	floor := v.state.Floors[r.ID]
	if v.Takedown != nil {
		floor = higher(floor, v.Takedown.Floors[r.ID])
	}
	if floor == "" {
		v.good(CodeFloor, "every version is allowed")
		return
	}
	if below(r.Version, floor) {
		v.bad(CodeFloor, fmt.Errorf("version %s is older than %s, the lowest that is allowed", r.Version, floor))
		return
	}
	v.good(CodeFloor, "version %s, the lowest allowed is %s", r.Version, floor)
}

// higher is the higher of two versions; one that is no version counts as none.
func higher(a, b string) string {
	if semver.IsValid("v"+b) && (a == "" || semver.Compare("v"+a, "v"+b) < 0) {
		return b
	}
	return a
}

// metadata checks that the repository offers the artifact now.
func (v *verification) metadata(r *envelope.Release) {
	files := v.evidence.files()
	if v.options.Purpose == Start {
		return // it was offered when it was installed
	}
	if _, ok := files["timestamp.json"]; !ok {
		v.withoutMetadata()
		return
	}
	if err := v.refresh(files); err != nil {
		v.bad(CodeMetadata, err)
		return
	}
	a, err := v.Artifact.find(r)
	if err != nil {
		return // said before
	}
	path := TargetPath(r, a.Platform)
	target, role, err := v.set.Lookup(v.ctx, path, files)
	if vendor, no := v.vendor(); no == nil && errors.Is(err, tuf.ErrNotFound) {
		path = HiddenTargetPath(vendor.Envelope, r, a.Platform)
		target, role, err = v.set.Lookup(v.ctx, path, files)
	}
	if err != nil {
		v.bad(CodeMetadata, err)
		return
	}
	if target.Length != a.Size || target.Hashes["sha256"] != a.SHA256 {
		v.bad(CodeMetadata, fmt.Errorf("%s lists %s with %d bytes and SHA-256 %s, the artifact has %d and %s", role, path, target.Length, target.Hashes["sha256"], a.Size, a.SHA256))
		return
	}
	if err := errors.Join(v.takedownOffered(files), v.listsOffered(files)); err != nil {
		v.bad(CodeMetadata, err)
		return
	}
	v.good(CodeMetadata, "listed by %s, snapshot %d", role, v.set.Snapshot().Version)
}

// refresh reads the metadata from the timestamp to the top-level targets, not older than what is known.
func (v *verification) refresh(files tuf.Files) error {
	if err := v.set.Known(v.state.Timestamp, v.state.Snapshot); err != nil {
		return err
	}
	return v.set.Refresh(v.ctx, files)
}

// freshTakedown checks that evidence about a takedown list alone is of now, and no newer list is held back. The list is obeyed
// all the same.
func (v *verification) freshTakedown() {
	if v.options.Purpose == Start {
		return
	}
	files := v.evidence.files()
	if _, ok := files["timestamp.json"]; !ok {
		v.withoutMetadata()
		return
	}
	err := v.refresh(files)
	if err == nil {
		err = errors.Join(v.takedownOffered(files), v.listsOffered(files))
	}
	if err != nil {
		v.bad(CodeMetadata, err)
		return
	}
	v.good(CodeMetadata, "snapshot %d names no newer takedown list", v.set.Snapshot().Version)
}

// withoutMetadata judges evidence that does not show what is offered now. A house that has shown it once has a repository:
// whoever leaves it out then has something to hide, whatever the options say.
func (v *verification) withoutMetadata() {
	switch {
	case v.options.Metadata:
		v.bad(CodeMetadata, errors.New("no repository metadata shows that it is offered now"))
	case len(v.state.Timestamp) > 0 && v.state.Pinned == envelope.Digest(v.options.Root):
		v.bad(CodeMetadata, fmt.Errorf("no repository metadata shows that it is offered now, and this house has shown some before (timestamp %d)", v.state.Versions[tuf.TimestampRole]))
	default:
		v.good(CodeMetadata, "nothing shows that it is offered now, and nobody asked for that")
	}
}

// TakedownPath is the takedown list's path in the repository's metadata; its custom part is {"serial": n}.
const TakedownPath = "takedown.json"

// ErrHeldBack says that the repository names a takedown list or a revocation list that did not come.
var ErrHeldBack = errors.New("a list is held back")

// takedownOffered checks that nobody holds back the newest takedown list, if the metadata names one.
func (v *verification) takedownOffered(files tuf.Files) error {
	target, _, err := v.set.Lookup(v.ctx, TakedownPath, files)
	if errors.Is(err, tuf.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
		return nil // the top-level targets, which came, do not name it
	}
	var custom struct {
		Serial int64 `json:"serial"`
	}
	if err == nil {
		err = json.Unmarshal(target.Custom, &custom)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", TakedownPath, err)
	}
	known := int64(0)
	if v.Takedown != nil {
		known = v.Takedown.Serial
	}
	if known < custom.Serial {
		return fmt.Errorf("takedown list %d is out, and list %d came: %w", custom.Serial, known, ErrHeldBack)
	}
	return nil
}

// TargetPath is an artifact's path in the repository's metadata.
func TargetPath(r *envelope.Release, platform string) string {
	if platform != envelope.Any {
		platform = slashless(platform)
	}
	return r.Namespace + "/" + r.ID + "/" + r.Version + "/" + platform
}

// HiddenTargetPath is the path of an artifact of a package that is not public. Everybody may read metadata, and the name of such a
// package is for those alone who have its envelope.
func HiddenTargetPath(e *envelope.Envelope, r *envelope.Release, platform string) string {
	m := hmac.New(sha256.New, e.Bytes())
	m.Write([]byte(TargetPath(r, platform)))
	return r.Namespace + "/~/private/" + hex.EncodeToString(m.Sum(nil))
}

// slashless writes "linux/amd64" as "linux-amd64".
func slashless(platform string) string {
	out := []byte(platform)
	for i, c := range out {
		if c == '/' {
			out[i] = '-'
		}
	}
	return string(out)
}

// remember keeps what is newer than what the host knew. Roots, revocation lists and takedowns were verified by themselves
// and are kept whatever the verdict; the rest only if it is good.
func (v *verification) remember() {
	if v.options.Store == nil {
		return
	}
	err := v.options.Store.Update(func(s *State) (bool, error) {
		changed := v.rememberAlways(s)
		if v.OK() {
			changed = v.rememberGood(s) || changed
		}
		return changed, nil
	})
	if err != nil {
		v.bad(CodeState, err)
	}
}

func (v *verification) rememberAlways(s *State) (changed bool) {
	pinned := envelope.Digest(v.options.Root)
	if version := v.set.Root().Version; pinned != s.Pinned || version > s.Versions[tuf.RootRole] {
		s.Pinned, s.Root, changed = pinned, v.set.Raw(tuf.RootRole), true
		s.Versions[tuf.RootRole] = version
	}
	changed = v.rememberLists(s) || changed
	if t := v.Takedown; t != nil && (s.Takedown == nil || t.Serial > s.Takedown.Serial) {
		s.Takedown, changed = t, true
	}
	return changed
}

func (v *verification) rememberInstalled(s *State) (changed bool) {
	if _, ok := s.Installed[v.Artifact.SHA256]; !ok {
		s.Installed[v.Artifact.SHA256], changed = v.now.Unix(), true
	}
	floors := maps.Clone(s.Floors)
	if min := v.Release.MinVersion; min != "" {
		floors[v.Release.ID] = higher(floors[v.Release.ID], min)
	}
	if !maps.Equal(floors, s.Floors) {
		s.Floors, changed = floors, true
	}
	return changed
}

func (v *verification) rememberGood(s *State) (changed bool) {
	changed = v.rememberHeads(s)
	if v.options.Purpose != Install {
		return changed
	}
	if !v.learning {
		changed = v.rememberInstalled(s) || changed
	}
	t, n := v.set.Timestamp(), v.set.Snapshot()
	if t == nil || n == nil {
		return changed
	}
	if t.Version != s.Versions[tuf.TimestampRole] || n.Version != s.Versions[tuf.SnapshotRole] {
		s.Timestamp, s.Snapshot, changed = v.set.Raw(tuf.TimestampRole), v.set.Raw(tuf.SnapshotRole), true
		s.Versions[tuf.TimestampRole], s.Versions[tuf.SnapshotRole] = t.Version, n.Version
	}
	return changed
}
