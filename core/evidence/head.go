package evidence

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// Head says what a log was at one moment: its length and the digest of its last record, which by the chain stands for
// all before it.
type Head struct {
	Version int       `json:"v"`
	Log     string    `json:"log"`
	Number  uint64    `json:"n"`
	Digest  Digest    `json:"digest"`
	Time    time.Time `json:"time"`
}

// SignedHead is a head as it is stored: Head's JSON and its Ed25519 signature.
type SignedHead struct {
	Head      Head
	text      []byte
	signature []byte
}

func signHead(key ed25519.PrivateKey, h Head) (SignedHead, error) {
	h.Version = FormatVersion
	text, err := json.Marshal(h)
	return SignedHead{h, text, ed25519.Sign(key, headMessage(text))}, err
}

// headMessage sets what is signed apart from anything else that the same key might sign.
func headMessage(text []byte) []byte { return append([]byte("dougong-trace-head/1\n"), text...) }

// Line is the head as one line of text: its JSON, a space, the signature in base64.
func (s SignedHead) Line() []byte {
	out := append(bytes.Clone(s.text), ' ')
	return base64.StdEncoding.AppendEncode(out, s.signature)
}

// Valid tells whether the signature is the key's.
func (s SignedHead) Valid(key ed25519.PublicKey) bool {
	return len(key) == ed25519.PublicKeySize && ed25519.Verify(key, headMessage(s.text), s.signature)
}

// ParseHead reads a Line. It does not check the signature.
func ParseHead(line []byte) (SignedHead, error) {
	i := bytes.LastIndexByte(line, ' ')
	if i < 0 {
		return SignedHead{}, errors.New("a head is JSON, a space and a signature")
	}
	s := SignedHead{text: bytes.Clone(line[:i])}
	var err error
	if s.signature, err = base64.StdEncoding.DecodeString(string(line[i+1:])); err != nil {
		return s, fmt.Errorf("signature of a head: %w", err)
	}
	dec := json.NewDecoder(bytes.NewReader(s.text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&s.Head); err != nil {
		return s, fmt.Errorf("not a head: %w", err)
	}
	if s.Head.Version != FormatVersion {
		return s, fmt.Errorf("head version %d is not known to this program", s.Head.Version)
	}
	return s, nil
}

// ReadHeads reads heads, one a line.
func ReadHeads(r io.Reader) ([]SignedHead, error) {
	var out []SignedHead
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		h, err := ParseHead(lines.Bytes())
		if err != nil {
			return out, fmt.Errorf("line %d: %w", n, err)
		}
		out = append(out, h)
	}
	return out, lines.Err()
}

// ReadHeadFile reads a file of heads; one that is not there has none.
func ReadHeadFile(path string) ([]SignedHead, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read
	heads, err := ReadHeads(f)
	if err != nil {
		return heads, fmt.Errorf("%s: %w", path, err)
	}
	return heads, nil
}

// appendHead adds a head to the file and waits until it is on disk.
func appendHead(path string, h SignedHead) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(append(h.Line(), '\n'))
	return errors.Join(err, f.Sync(), f.Close())
}
