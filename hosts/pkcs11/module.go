//go:build (linux || darwin) && (amd64 || arm64)

package pkcs11

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"unsafe"

	"github.com/ebitengine/purego"
)

// Places of functions in CK_FUNCTION_LIST, in the order of the standard's pkcs11f.h.
const (
	fnInitialize       = 0
	fnFinalize         = 1
	fnGetSlotList      = 4
	fnGetTokenInfo     = 6
	fnGetMechanismList = 7
	fnOpenSession      = 12
	fnLogin            = 18
	fnGetAttribute     = 24
	fnFindInit         = 26
	fnFind             = 27
	fnFindFinal        = 28
	fnSignInit         = 42
	fnSign             = 43
	fnGenerateKeyPair  = 59
	functions          = 68
)

// Numbers of the standard.
const (
	ckrOK            = 0
	ckrLoggedIn      = 0x100
	ckrPINIncorrect  = 0xa0
	ckrPINLocked     = 0xa4
	ckuUser          = 1
	ckfRWSession     = 2
	ckfSerialSession = 4

	ckoPublic  = 2
	ckoPrivate = 3
	ckkEdwards = 0x40

	ckaClass       = 0
	ckaToken       = 1
	ckaPrivate     = 2
	ckaLabel       = 3
	ckaKeyType     = 0x100
	ckaID          = 0x102
	ckaSensitive   = 0x103
	ckaSign        = 0x108
	ckaVerify      = 0x10a
	ckaExtractable = 0x162
	ckaECParams    = 0x180
	ckaECPoint     = 0x181

	ckmEdwardsKeyPairGen = 0x1055
	ckmEdDSA             = 0x1057
)

// attribute is CK_ATTRIBUTE, mechanism is CK_MECHANISM: a CK_ULONG is as long as a pointer.
type attribute struct {
	kind  uintptr
	value unsafe.Pointer
	size  uintptr
}

type mechanism struct {
	kind  uintptr
	param unsafe.Pointer
	size  uintptr
}

// functionList is CK_FUNCTION_LIST; its version's two bytes are padded to a word.
type functionList struct {
	_  uintptr
	at [functions]uintptr
}

// module is a loaded library.
type module struct {
	handle uintptr
	list   *functionList
}

// status is a CK_RV that is not CKR_OK.
type status struct {
	what string
	code uintptr
}

func (s *status) Error() string {
	switch s.code {
	case ckrPINIncorrect:
		return "the PIN is wrong"
	case ckrPINLocked:
		return "the PIN is locked after too many wrong ones"
	}
	return fmt.Sprintf("%s: the module answers 0x%x", s.what, s.code)
}

func load(name string) (*module, error) {
	handle, err := purego.Dlopen(name, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return nil, err
	}
	m := &module{handle: handle}
	get, err := purego.Dlsym(handle, "C_GetFunctionList")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("it is no PKCS#11 module: %w", err), purego.Dlclose(handle))
	}
	var pin runtime.Pinner
	defer pin.Unpin()
	pin.Pin(&m.list)
	if r, _, _ := purego.SyscallN(get, uintptr(unsafe.Pointer(&m.list))); r != ckrOK || m.list == nil {
		return nil, errors.Join(&status{"C_GetFunctionList", r}, purego.Dlclose(handle))
	}
	return m, nil
}

// call calls a function. Whatever its arguments point to is pinned by the caller.
func (m *module) call(what string, fn int, args ...uintptr) error {
	if m.list.at[fn] == 0 {
		return fmt.Errorf("%s: the module does not have it", what)
	}
	if r, _, _ := purego.SyscallN(m.list.at[fn], args...); r&0xffffffff != ckrOK {
		return &status{what, r & 0xffffffff}
	}
	return nil
}

// slot finds the token with a label.
func (m *module) slot(label string) (uintptr, error) {
	var pin runtime.Pinner
	defer pin.Unpin()
	count := new(uintptr)
	pin.Pin(count)
	if err := m.call("C_GetSlotList", fnGetSlotList, 1, 0, uintptr(unsafe.Pointer(count))); err != nil {
		return 0, err
	}
	if *count == 0 || *count > 1<<16 {
		return 0, fmt.Errorf("there is no token in any of %d slots", *count)
	}
	slots := make([]uintptr, *count)
	pin.Pin(&slots[0])
	if err := m.call("C_GetSlotList", fnGetSlotList, 1, uintptr(unsafe.Pointer(&slots[0])), uintptr(unsafe.Pointer(count))); err != nil {
		return 0, err
	}
	info := new([512]byte) // CK_TOKEN_INFO begins with the label, 32 bytes filled up with spaces
	pin.Pin(info)
	var have []string
	for _, s := range slots[:min(len(slots), int(*count))] {
		if err := m.call("C_GetTokenInfo", fnGetTokenInfo, s, uintptr(unsafe.Pointer(info))); err != nil {
			return 0, err
		}
		name := strings.TrimRight(string(info[:32]), " \x00")
		if name == label {
			return s, nil
		}
		have = append(have, fmt.Sprintf("%q", name))
	}
	return 0, fmt.Errorf("no token is labelled %q; there are %s", label, strings.Join(have, ", "))
}

// mechanisms lists what a token can do.
func (m *module) mechanisms(slot uintptr) (map[uintptr]bool, error) {
	var pin runtime.Pinner
	defer pin.Unpin()
	count := new(uintptr)
	pin.Pin(count)
	if err := m.call("C_GetMechanismList", fnGetMechanismList, slot, 0, uintptr(unsafe.Pointer(count))); err != nil {
		return nil, err
	}
	if *count == 0 || *count > 1<<16 {
		return nil, nil
	}
	list := make([]uintptr, *count)
	pin.Pin(&list[0])
	if err := m.call("C_GetMechanismList", fnGetMechanismList, slot, uintptr(unsafe.Pointer(&list[0])), uintptr(unsafe.Pointer(count))); err != nil {
		return nil, err
	}
	out := map[uintptr]bool{}
	for _, k := range list[:min(len(list), int(*count))] {
		out[k] = true
	}
	return out, nil
}

func (m *module) open(slot uintptr) (uintptr, error) {
	var pin runtime.Pinner
	defer pin.Unpin()
	session := new(uintptr)
	pin.Pin(session)
	err := m.call("C_OpenSession", fnOpenSession, slot, ckfSerialSession|ckfRWSession, 0, 0, uintptr(unsafe.Pointer(session)))
	return *session, err
}

func (m *module) login(session uintptr, pin []byte) error {
	var pins runtime.Pinner
	defer pins.Unpin()
	if len(pin) == 0 {
		return errors.New("the PIN is empty")
	}
	pins.Pin(&pin[0])
	err := m.call("C_Login", fnLogin, session, ckuUser, uintptr(unsafe.Pointer(&pin[0])), uintptr(len(pin)))
	var s *status
	if errors.As(err, &s) && s.code == ckrLoggedIn {
		return nil
	}
	return err
}

// close ends what this process does with the module.
func (m *module) close() error {
	return errors.Join(m.call("C_Finalize", fnFinalize, 0), purego.Dlclose(m.handle))
}
