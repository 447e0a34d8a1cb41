package main

/*
#include <stdint.h>
#include <stdlib.h>

static void dougong_carry(void *call, void *context, uint64_t request, char *app, char *method, char *params) {
	((void (*)(void *, uint64_t, char *, char *, char *))call)(context, request, app, method, params);
}
*/
import "C"

import (
	"unsafe"

	"github.com/dougong-dev/dougong/hosts/mobile"
)

// callback is a function of C that carries out calls.
type callback struct{ call, context unsafe.Pointer }

// Call implements mobile.Capability. What C is given is freed when it returns.
func (c callback) Call(r *mobile.Request) {
	texts := []*C.char{C.CString(r.App()), C.CString(r.Method()), C.CString(r.Params())}
	defer func() {
		for _, t := range texts {
			C.free(unsafe.Pointer(t))
		}
	}()
	C.dougong_carry(c.call, c.context, C.uint64_t(numbers.ask(r)), texts[0], texts[1], texts[2])
}

var _ mobile.Capability = callback{}
