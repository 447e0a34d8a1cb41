package pkcs11

// Options say where keys are.
type Options struct {
	Module string // the library's file
	Label  string // of the token
	PIN    []byte // of its user
}
