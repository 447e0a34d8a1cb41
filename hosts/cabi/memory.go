package main

/*
#include <stdlib.h>
*/
import "C"

import (
	"sync"
	"unsafe"
)

// lent are the texts that C has got and not given back: what is freed twice, or was never ours, is left alone.
type lent struct {
	mu    sync.Mutex
	texts map[unsafe.Pointer]struct{}
}

var loans = lent{texts: map[unsafe.Pointer]struct{}{}}

// lend gives C a text of its own.
func (l *lent) lend(text string) *C.char {
	given := C.CString(text)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.texts[unsafe.Pointer(given)] = struct{}{}
	return given
}

// free takes a text back.
func (l *lent) free(text *C.char) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, ours := l.texts[unsafe.Pointer(text)]; ours {
		delete(l.texts, unsafe.Pointer(text))
		C.free(unsafe.Pointer(text))
	}
}
