package house

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/dougong-dev/dougong/core/trust/tuf"
	"github.com/dougong-dev/dougong/registry/store"
)

// Roles of targets: each namespace has one, nsPrefix and its name. It lists the namespace's files; when it lists too many it
// hands them to 16 others, each of which has those whose path's hash begins with a digit, and so on. What one publish rewrites
// is thus bounded, however many versions there are.
const (
	nsPrefix = "ns~"
	digits   = "0123456789abcdef"
)

// maxEntries is how many files a role lists, at some 300 bytes each, before it hands them on.
const maxEntries = 1024

// MaxNamespaces is how many namespaces have a role of their own, at some 230 bytes each in the top-level targets. What is
// published in others is listed by one role together: it is split by the paths' hashes as any other, so that the number of
// files grows with that of artifacts, and not of namespaces.
const MaxNamespaces = 1000

// others is the name of that role where a namespace's stands. No namespace is called so.
const others = "_"

// update is one turn of PublishMetadata.
type update struct {
	*House
	ctx      context.Context //nolint:containedctx // lives for one transaction
	tx       store.Tx
	signers  map[string]key.Signer
	roles    map[string]*tuf.Targets
	changed  map[string]bool
	rooted   bool // there is a new root
	snapshot *tuf.Snapshot
}

func (h *House) update(ctx context.Context, tx store.Tx) error {
	u := &update{House: h, ctx: ctx, tx: tx, signers: map[string]key.Signer{}, roles: map[string]*tuf.Targets{}, changed: map[string]bool{}}
	for _, role := range []string{tuf.TimestampRole, tuf.SnapshotRole, tuf.TargetsRole} {
		var err error
		if u.signers[role], err = h.authority.MetadataSigner(ctx, h.set.Root(), role); err != nil {
			return err
		}
	}
	var err error
	if u.snapshot, err = read[tuf.Snapshot](u, tuf.SnapshotRole); err != nil {
		return err
	}
	if u.snapshot == nil {
		u.snapshot = &tuf.Snapshot{Meta: map[string]tuf.MetaFile{}}
	}
	if _, err := u.role(tuf.TargetsRole); err != nil {
		return err
	}
	if err := u.newRoot(); err != nil {
		return err
	}
	if err := errors.Join(u.releases(), u.takedown(), u.revocations()); err != nil {
		return err
	}
	return u.finish()
}

// read reads a role's newest file; nil if there is none.
func read[T any](u *update, role string) (*T, error) {
	f, err := u.tx.TrustFile(u.ctx, role+".json")
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return signedIn[T](f)
}

// role gives a role's targets, to be changed.
func (u *update) role(name string) (*tuf.Targets, error) {
	if t := u.roles[name]; t != nil {
		return t, nil
	}
	t, err := read[tuf.Targets](u, name)
	if err != nil {
		return nil, err
	}
	if t == nil {
		t = &tuf.Targets{}
		u.changed[name] = true
	}
	if t.Targets == nil {
		t.Targets = map[string]tuf.TargetFile{}
	}
	u.roles[name] = t
	return t, nil
}

// releases offers what was published since the last time.
func (u *update) releases() error {
	v, err := u.tx.TrustVersions(u.ctx, []string{coveredFile})
	if err != nil {
		return err
	}
	list, err := u.tx.ReleasesFrom(u.ctx, v[coveredFile], u.batch)
	if err != nil || len(list) == 0 {
		return err
	}
	for _, r := range list {
		e, err := envelope.Parse(r.Envelope)
		if err != nil {
			return fmt.Errorf("kept release of leaf %d: %w", r.Leaf, err)
		}
		claim, err := e.Release()
		if err != nil {
			return fmt.Errorf("kept release of leaf %d: %w", r.Leaf, err)
		}
		for _, a := range claim.Artifacts {
			path := trust.TargetPath(claim, a.Platform)
			if r.Visibility != store.Public {
				path = trust.HiddenTargetPath(e, claim, a.Platform)
			}
			if err := u.offer(claim.Namespace, path, tuf.TargetFile{Length: a.Size, Hashes: map[string]string{"sha256": a.SHA256}}); err != nil {
				return err
			}
		}
	}
	return u.tx.PutTrustFile(u.ctx, &store.TrustFile{Name: coveredFile, Version: list[len(list)-1].Leaf + 1, Body: []byte{}})
}

// offer lists a file in the role that its path leads to.
func (u *update) offer(namespace, path string, file tuf.TargetFile) error {
	top, err := u.role(tuf.TargetsRole)
	if err != nil {
		return err
	}
	name := nsPrefix + namespace
	if !u.delegates(top, name) {
		if top.Delegations != nil && len(top.Delegations.Roles) >= MaxNamespaces {
			name, namespace = nsPrefix+others, "*" // the last to be asked: who has a role of its own is found before
		}
		if !u.delegates(top, name) {
			u.delegate(top, tuf.DelegatedRole{Name: name, Terminating: true, Paths: []string{namespace + "/*/*/*"}})
			u.changed[tuf.TargetsRole] = true
		}
	}
	for depth := 0; ; depth++ {
		t, err := u.role(name)
		if err != nil {
			return err
		}
		if t.Delegations == nil {
			t.Targets[path] = file
			u.changed[name] = true
			if len(t.Targets) > maxEntries {
				return u.split(name, t, depth)
			}
			return nil
		}
		name = child(name, hashOf(path)[depth:depth+1])
	}
}

func hashOf(path string) string {
	sum := sha256.Sum256([]byte(path))
	return hex.EncodeToString(sum[:])
}

// child is the role below another for the next digit of the hash.
func child(role, digit string) string {
	if strings.Count(role, "~") < 2 {
		return role + "~" + digit
	}
	return role + digit
}

func (u *update) delegates(t *tuf.Targets, name string) bool {
	return t.Delegations != nil && slices.ContainsFunc(t.Delegations.Roles, func(r tuf.DelegatedRole) bool { return r.Name == name })
}

// delegate hands something to a role that the same key signs.
func (u *update) delegate(t *tuf.Targets, r tuf.DelegatedRole) {
	k := u.signers[tuf.TargetsRole].Key()
	if t.Delegations == nil {
		t.Delegations = &tuf.Delegations{Keys: map[string]key.Key{}}
	}
	t.Delegations.Keys[k.ID()] = k
	r.Role = tuf.Role{KeyIDs: []string{k.ID()}, Threshold: 1}
	t.Delegations.Roles = append(t.Delegations.Roles, r)
}

// split hands the files of a role to 16 others.
func (u *update) split(name string, t *tuf.Targets, depth int) error {
	prefix := ""
	if i := strings.LastIndex(name, "~"); i >= len(nsPrefix) {
		prefix = name[i+1:]
	}
	for _, d := range strings.Split(digits, "") {
		below, err := u.role(child(name, d))
		if err != nil {
			return err
		}
		u.changed[child(name, d)] = true
		for path, file := range t.Targets {
			if hashOf(path)[depth:depth+1] == d {
				below.Targets[path] = file
			}
		}
		u.delegate(t, tuf.DelegatedRole{Name: child(name, d), Terminating: true, PathHashPrefixes: []string{prefix + d}})
	}
	t.Targets = map[string]tuf.TargetFile{}
	return nil
}

// takedown names the newest takedown list, so that nobody can hold it back.
func (u *update) takedown() error {
	t, err := readTakedown(u.ctx, u.tx)
	if t == nil || err != nil {
		return err
	}
	list, err := t.Envelope.Takedown()
	if err != nil {
		return err
	}
	top, err := u.role(tuf.TargetsRole)
	if err != nil {
		return err
	}
	custom, err := json.Marshal(map[string]int64{"serial": list.Serial})
	if err != nil {
		return err
	}
	if string(top.Targets[trust.TakedownPath].Custom) == string(custom) {
		return nil
	}
	body := t.Envelope.Bytes()
	top.Targets[trust.TakedownPath] = tuf.TargetFile{Length: int64(len(body)), Hashes: map[string]string{"sha256": envelope.Digest(body)}, Custom: custom}
	u.changed[tuf.TargetsRole] = true
	return u.tx.PutTrustFile(u.ctx, &store.TrustFile{Name: offeredFile, Version: list.Serial, Body: []byte{}})
}

// revocations names the newest revocation list of every authority, so that nobody can hold it back.
func (u *update) revocations() error {
	known, versions, err := u.issuing(u.ctx, u.tx, listedFile)
	if err != nil || known.age(versions) <= versions[listedFile] {
		return err
	}
	top, err := u.role(tuf.TargetsRole)
	if err != nil {
		return err
	}
	for n, name := range known.Lists {
		of := u.authority.Root
		if n < len(known.certs) {
			of = known.certs[n]
		}
		f, err := u.tx.TrustFile(u.ctx, name)
		if err != nil {
			return err
		}
		custom, err := json.Marshal(map[string]int64{"number": f.Version})
		if err != nil {
			return err
		}
		top.Targets[trust.ListPath(of.Key.ID())] = tuf.TargetFile{Length: int64(len(f.Body)), Hashes: map[string]string{"sha256": envelope.Digest(f.Body)}, Custom: custom}
	}
	u.changed[tuf.TargetsRole] = true
	return u.tx.PutTrustFile(u.ctx, &store.TrustFile{Name: listedFile, Version: known.age(versions), Body: []byte{}})
}
