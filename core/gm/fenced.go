package gm

import "hash"

// fenced is tjfoc's SM3 behind hash.Hash as the standard library means it: Sum appends and does not hash its argument.
type fenced struct{ inner hash.Hash }

var _ hash.Hash = (*fenced)(nil)

// chunk bounds one write to the library, which computes bit lengths in an int.
const chunk = 1 << 24

func (f *fenced) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		n := min(len(rest), chunk)
		if _, err := f.inner.Write(rest[:n]); err != nil {
			return len(p) - len(rest), err
		}
		rest = rest[n:]
	}
	return len(p), nil
}

func (f *fenced) Sum(b []byte) []byte {
	return append(b, f.inner.Sum(nil)...)
}

func (f *fenced) Reset()         { f.inner.Reset() }
func (f *fenced) Size() int      { return Size }
func (f *fenced) BlockSize() int { return 64 }
