//go:build (linux || darwin) && (amd64 || arm64)

package pkcs11

import (
	"crypto/ed25519"
	"encoding/asn1"
	"fmt"
	"runtime"
	"unsafe"
)

// template is a list of attributes whose memory is pinned.
type template struct {
	pin  *runtime.Pinner
	list []attribute
}

func (t *template) bytes(kind uintptr, data []byte) *template {
	a := attribute{kind: kind, size: uintptr(len(data))}
	if len(data) > 0 {
		own := append([]byte(nil), data...)
		t.pin.Pin(&own[0])
		a.value = unsafe.Pointer(&own[0])
	}
	t.list = append(t.list, a)
	return t
}

func (t *template) number(kind, n uintptr) *template {
	own := new(uintptr)
	*own = n
	t.pin.Pin(own)
	t.list = append(t.list, attribute{kind: kind, value: unsafe.Pointer(own), size: unsafe.Sizeof(n)})
	return t
}

func (t *template) yes(kind uintptr) *template { return t.bytes(kind, []byte{1}) }
func (t *template) no(kind uintptr) *template  { return t.bytes(kind, []byte{0}) }

// args are the template's address and length.
func (t *template) args() (uintptr, uintptr) {
	t.pin.Pin(&t.list[0])
	return uintptr(unsafe.Pointer(&t.list[0])), uintptr(len(t.list))
}

// find gives the Ed25519 objects of a class and a label, two at most: one is good, two are one too many.
func (m *module) find(session, class uintptr, label string) ([]uintptr, error) {
	var pin runtime.Pinner
	defer pin.Unpin()
	t := &template{pin: &pin}
	t.number(ckaClass, class).number(ckaKeyType, ckkEdwards).bytes(ckaLabel, []byte(label))
	at, n := t.args()
	if err := m.call("C_FindObjectsInit", fnFindInit, session, at, n); err != nil {
		return nil, err
	}
	found, count := make([]uintptr, 2), new(uintptr)
	pin.Pin(&found[0])
	pin.Pin(count)
	err := m.call("C_FindObjects", fnFind, session, uintptr(unsafe.Pointer(&found[0])), 2, uintptr(unsafe.Pointer(count)))
	if end := m.call("C_FindObjectsFinal", fnFindFinal, session); err == nil {
		err = end
	}
	return found[:min(2, int(*count))], err
}

// point reads an Ed25519 public key: CKA_EC_POINT is an OCTET STRING of it, and in some modules the bytes themselves.
func (m *module) point(session, object uintptr) ([]byte, error) {
	var pin runtime.Pinner
	defer pin.Unpin()
	room := make([]byte, 256)
	pin.Pin(&room[0])
	list := []attribute{{kind: ckaECPoint, value: unsafe.Pointer(&room[0]), size: uintptr(len(room))}}
	pin.Pin(&list[0])
	if err := m.call("C_GetAttributeValue", fnGetAttribute, session, object, uintptr(unsafe.Pointer(&list[0])), 1); err != nil {
		return nil, err
	}
	if list[0].size > uintptr(len(room)) {
		return nil, fmt.Errorf("its CKA_EC_POINT has %d bytes", list[0].size)
	}
	return parsePoint(room[:list[0].size])
}

func parsePoint(raw []byte) ([]byte, error) {
	if len(raw) == ed25519.PublicKeySize {
		return raw, nil
	}
	var point []byte
	if rest, err := asn1.Unmarshal(raw, &point); err != nil || len(rest) > 0 || len(point) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("its CKA_EC_POINT is %x; expected an OCTET STRING of %d bytes", raw, ed25519.PublicKeySize)
	}
	return point, nil
}

// curves are the two ways to write the curve in CKA_EC_PARAMS: its number (RFC 8410), and its name (PKCS#11 3.0).
var curves = [][]byte{{0x06, 0x03, 0x2b, 0x65, 0x70}, append([]byte{0x13, 0x0c}, "edwards25519"...)}

// generate makes a key pair that stays in the token. It gives the public half's object.
func (m *module) generate(session uintptr, label string) (object uintptr, err error) {
	for _, curve := range curves {
		if object, err = m.pair(session, label, curve); err == nil {
			return object, nil
		}
	}
	return 0, err
}

func (m *module) pair(session uintptr, label string, curve []byte) (uintptr, error) {
	var pin runtime.Pinner
	defer pin.Unpin()
	public, private := &template{pin: &pin}, &template{pin: &pin}
	public.yes(ckaToken).yes(ckaVerify).bytes(ckaLabel, []byte(label)).bytes(ckaID, []byte(label)).bytes(ckaECParams, curve)
	private.yes(ckaToken).yes(ckaPrivate).yes(ckaSensitive).no(ckaExtractable).yes(ckaSign).bytes(ckaLabel, []byte(label)).bytes(ckaID, []byte(label))
	how, one, two := &mechanism{kind: ckmEdwardsKeyPairGen}, new(uintptr), new(uintptr)
	pin.Pin(how)
	pin.Pin(one)
	pin.Pin(two)
	at, n := public.args()
	privateAt, privateN := private.args()
	err := m.call("C_GenerateKeyPair", fnGenerateKeyPair, session, uintptr(unsafe.Pointer(how)), at, n, privateAt, privateN,
		uintptr(unsafe.Pointer(one)), uintptr(unsafe.Pointer(two)))
	return *one, err
}

// sign signs a message with a private key's object.
func (m *module) sign(session, object uintptr, msg []byte) ([]byte, error) {
	var pin runtime.Pinner
	defer pin.Unpin()
	how := &mechanism{kind: ckmEdDSA}
	pin.Pin(how)
	if err := m.call("C_SignInit", fnSignInit, session, uintptr(unsafe.Pointer(how)), object); err != nil {
		return nil, err
	}
	own := append([]byte(nil), msg...)
	if len(own) == 0 {
		own = make([]byte, 1) // an address is needed; the length says that there is nothing
	}
	out, size := make([]byte, 128), new(uintptr)
	*size = uintptr(len(out))
	pin.Pin(&own[0])
	pin.Pin(&out[0])
	pin.Pin(size)
	err := m.call("C_Sign", fnSign, session, uintptr(unsafe.Pointer(&own[0])), uintptr(len(msg)), uintptr(unsafe.Pointer(&out[0])), uintptr(unsafe.Pointer(size)))
	if err == nil && *size != ed25519.SignatureSize {
		err = fmt.Errorf("C_Sign: a signature of %d bytes, expected %d", *size, ed25519.SignatureSize)
	}
	return out[:min(len(out), int(*size))], err
}
