package translog

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/key"
	"golang.org/x/mod/sumdb/note"
)

// maxNote is the size of a signed head with all its signatures.
const maxNote = 64 << 10

// Log is who writes a log. All of the keys must have signed a head.
type Log struct {
	Origin string    `json:"origin"`
	Keys   []key.Key `json:"keys"`
}

// Witness is somebody who remembers the log's heads and co-signs those that extend what it has seen.
type Witness struct {
	Name string  `json:"name"`
	Key  key.Key `json:"key"`
}

// Signature types of C2SP's signed notes. SM2 has none, so it takes the one for others with a name of its own.
const (
	typeEd25519  = 0x01
	typeCosigned = 0x04
	typeOther    = 0xff
	nameSM2      = "dougong.dev/sm2-sm3"
	nameCosigned = "dougong.dev/sm2-sm3-cosignature"
)

// keyHash is the note key's hash: SHA-256 of name, newline, type and key, the first four bytes.
func keyHash(name string, k gm.PublicKey, cosign bool) uint32 {
	kind := []byte{typeEd25519}
	switch {
	case k.Algorithm() == gm.SM2 && cosign:
		kind = append([]byte{typeOther}, nameCosigned...)
	case k.Algorithm() == gm.SM2:
		kind = append([]byte{typeOther}, nameSM2...)
	case cosign:
		kind = []byte{typeCosigned}
	}
	h := sha256.New()
	h.Write([]byte(name + "\n"))
	h.Write(kind)
	h.Write(k.Bytes())
	return binary.BigEndian.Uint32(h.Sum(nil))
}

// verifier is one key of a note.
type verifier struct {
	suite  *gm.Suite
	name   string
	public gm.PublicKey
	cosign bool
}

func newVerifier(s *gm.Suite, name string, k key.Key, cosign bool) (*verifier, error) {
	p, err := k.Public()
	if err != nil {
		return nil, fmt.Errorf("log key of %q: %w", name, err)
	}
	if name == "" || strings.ContainsAny(name, "+ \t\r\n") {
		return nil, fmt.Errorf("log key: the name %q is empty or holds white space or a plus", name)
	}
	return &verifier{suite: s, name: name, public: p, cosign: cosign}, nil
}

// Name implements note.Verifier.
func (v *verifier) Name() string { return v.name }

// KeyHash implements note.Verifier.
func (v *verifier) KeyHash() uint32 { return keyHash(v.name, v.public, v.cosign) }

// Verify implements note.Verifier.
func (v *verifier) Verify(msg, sig []byte) bool {
	if !v.cosign {
		return v.suite.Verify(v.public, msg, sig) == nil
	}
	if len(sig) < 8 {
		return false
	}
	seen := binary.BigEndian.Uint64(sig)
	return v.suite.Verify(v.public, cosigned(seen, msg), sig[8:]) == nil
}

// cosigned is what a witness signs: when it saw the head, and the head.
func cosigned(seen uint64, text []byte) []byte {
	return fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", seen, text)
}

// signer is one signature to be added to a note.
type signer struct {
	*verifier
	ctx  context.Context // note.Signer has no context; a signer lives for one call
	by   key.Signer
	seen int64
}

// Sign implements note.Signer.
func (s *signer) Sign(msg []byte) ([]byte, error) {
	if !s.cosign {
		return key.Sign(s.ctx, s.suite, s.by, msg)
	}
	sig, err := key.Sign(s.ctx, s.suite, s.by, cosigned(uint64(s.seen), msg))
	if err != nil {
		return nil, err
	}
	return append(binary.BigEndian.AppendUint64(nil, uint64(s.seen)), sig...), nil
}

// Sign makes the signed head of a tree.
func Sign(ctx context.Context, suite *gm.Suite, origin string, t Tree, by ...key.Signer) (string, error) {
	signers := make([]note.Signer, 0, len(by))
	for _, b := range by {
		v, err := newVerifier(suite, origin, b.Key(), false)
		if err != nil {
			return "", err
		}
		signers = append(signers, &signer{verifier: v, ctx: ctx, by: b})
	}
	if len(signers) == 0 {
		return "", errors.New("log head: nobody signs it")
	}
	text, err := note.Sign(&note.Note{Text: t.text(origin)}, signers...)
	if err != nil {
		return "", fmt.Errorf("log head: %w", err)
	}
	return string(text), nil
}

// Open reads a signed head. Every key of the log must have signed it. Of the witnesses given, those with a good
// co-signature are named in the result; how many are enough is for the caller to say.
func Open(suite *gm.Suite, text string, log Log, witnesses []Witness) (*Head, error) {
	head, _, err := open(suite, text, log, witnesses)
	return head, err
}

// Clean opens a signed head and gives it without the signatures that are nobody's of the log and the witnesses: what is kept
// must not grow by what strangers add.
func Clean(suite *gm.Suite, text string, log Log, witnesses []Witness) (*Head, string, error) {
	head, n, err := open(suite, text, log, witnesses)
	if err != nil {
		return nil, "", err
	}
	var b strings.Builder
	b.WriteString(n.Text + "\n")
	for _, s := range n.Sigs {
		b.WriteString("— " + s.Name + " " + s.Base64 + "\n")
	}
	return head, b.String(), nil
}

func open(suite *gm.Suite, text string, log Log, witnesses []Witness) (*Head, *note.Note, error) {
	if len(text) > maxNote {
		return nil, nil, fmt.Errorf("log head: %d bytes, the limit is %d", len(text), maxNote)
	}
	if len(log.Keys) == 0 {
		return nil, nil, fmt.Errorf("log head: no key of log %q is known", log.Origin)
	}
	var all []note.Verifier
	for _, k := range log.Keys {
		v, err := newVerifier(suite, log.Origin, k, false)
		if err != nil {
			return nil, nil, err
		}
		all = append(all, v)
	}
	for _, w := range witnesses {
		v, err := newVerifier(suite, w.Name, w.Key, true)
		if err != nil {
			return nil, nil, err
		}
		all = append(all, v)
	}
	n, err := note.Open([]byte(text), note.VerifierList(all...))
	if err != nil {
		return nil, nil, fmt.Errorf("log head: %w", err)
	}
	head, err := signedBy(n, all, len(log.Keys))
	if err != nil {
		return nil, nil, err
	}
	head.Origin, head.Tree, err = parseText(n.Text)
	if err != nil {
		return nil, nil, err
	}
	if head.Origin != log.Origin {
		return nil, nil, fmt.Errorf("log head: it is of log %q, expected %q", head.Origin, log.Origin)
	}
	return head, n, nil
}

// signedBy checks that the first keys (the log's own) all signed and lists the witnesses that did.
func signedBy(n *note.Note, all []note.Verifier, own int) (*Head, error) {
	head := &Head{}
	counted := map[string]bool{}
	for i, v := range all {
		at := -1
		for j, s := range n.Sigs {
			if s.Name == v.Name() && s.Hash == v.KeyHash() {
				at = j
			}
		}
		public := v.(*verifier).public
		switch {
		case i < own && at < 0:
			return nil, fmt.Errorf("log head: the log's %s key has not signed it", public.Algorithm())
		case i >= own && at >= 0 && !counted[string(public.Bytes())]:
			counted[string(public.Bytes())] = true // one key is one witness, under however many names
			head.Witnesses = append(head.Witnesses, Cosignature{Witness: v.Name(), Time: seenAt(n.Sigs[at].Base64)})
		}
	}
	return head, nil
}
