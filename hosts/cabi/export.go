package main

/*
#include <stdint.h>
#include <stdlib.h>

#ifndef DOUGONG_ABI
#define DOUGONG_ABI 1

// Dougong in a program of yours. Text is UTF-8 and ends with a zero byte; NULL is the empty text.
//
// Errors. A function returns 0, or the code of what went wrong; with it goes a message in *problem, if problem is not NULL:
// *problem is then yours to free by dougong_free. Codes are those of docs/wire-protocol.md: 1 internal, 2 wrong arguments,
// 4 unsupported, 8 too late, 10 not running, 14 not found; 10000 and above are of contracts.
//
// Memory. What goes in is copied before the function returns; what comes out through a char ** is yours, to be freed by
// dougong_free and nothing else. What a callback is given belongs to the library and is gone when the callback returns.
//
// Threads. Every function may be called from any thread, several at a time. dougong_start, dougong_open, dougong_text,
// dougong_tap, dougong_poll, dougong_close and dougong_stop wait: keep them off the thread of a screen. Callbacks come on
// threads of the library, several at a time. A callback may call every function but dougong_stop. A host that has been
// stopped must not be used; its number is then an error, never another host. The process must not fork once the library is
// loaded, unless it executes another program at once.

// A host is a number; 0 is none.
typedef uint64_t dougong_host;

// dougong_call is a call of a mini-program. It is answered once by dougong_answer or dougong_fail with the same request: at once,
// or later from any thread. context is what was given to dougong_add_capability.
typedef void (*dougong_call)(void *context, uint64_t request, char *app, char *method, char *params);

#endif
*/
import "C"

import (
	"time"
	"unsafe"

	"github.com/dougong-dev/dougong/hosts/mobile"
	"github.com/dougong-dev/dougong/pdk/go"
)

// result hands an error over.
func result(err error, problem **C.char) C.int32_t {
	code, message := codeOf(err)
	if err != nil && problem != nil {
		*problem = loans.lend(message)
	}
	return C.int32_t(code)
}

// with does something with a host.
func with(host C.dougong_host, problem **C.char, f func(*entry) error, given ...string) C.int32_t {
	return result(try(func() error {
		if err := texts(given...); err != nil {
			return err
		}
		e, err := numbers.host(uint64(host))
		if err != nil {
			return err
		}
		return f(e)
	}), problem)
}

// withApp does something with an open mini-program.
func withApp(host C.dougong_host, number C.int64_t, problem **C.char, f func(*mobile.App) error, given ...string) C.int32_t {
	return with(host, problem, func(e *entry) error {
		a, err := e.app(int64(number))
		if err != nil {
			return err
		}
		return f(a)
	}, given...)
}

// dougong_new makes a host that keeps everything in the folder data. It runs nothing before dougong_start.
//
//export dougong_new
func dougong_new(data *C.char) C.dougong_host {
	return C.dougong_host(numbers.add(C.GoString(data)))
}

// dougong_set_config has the host read a superapp.yaml.
//
//export dougong_set_config
func dougong_set_config(host C.dougong_host, path *C.char, problem **C.char) C.int32_t {
	file := C.GoString(path)
	return with(host, problem, func(e *entry) error { e.host.SetConfig(file); return nil }, file)
}

// dougong_add_miniprogram adds a project's folder or a .dgm bundle.
//
//export dougong_add_miniprogram
func dougong_add_miniprogram(host C.dougong_host, path *C.char, problem **C.char) C.int32_t {
	file := C.GoString(path)
	return with(host, problem, func(e *entry) error { e.host.AddMiniProgram(file); return nil }, file)
}

// dougong_add_capability offers a capability, by the YAML text of its contract.
//
//export dougong_add_capability
func dougong_add_capability(host C.dougong_host, contract *C.char, call C.dougong_call, context unsafe.Pointer, problem **C.char) C.int32_t {
	text := C.GoString(contract)
	return with(host, problem, func(e *entry) (err error) {
		if call == nil {
			return pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", "dougong_add_capability: call is NULL")
		}
		if err = e.host.AddCapability(text, callback{unsafe.Pointer(call), context}); err != nil {
			err = pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", "%s", err)
		}
		return err
	}, text)
}

// dougong_start starts the plugins and builds the mini-programs. It waits.
//
//export dougong_start
func dougong_start(host C.dougong_host, problem **C.char) C.int32_t {
	return with(host, problem, func(e *entry) error { return e.host.Open() })
}

// dougong_address gives where a web view shows the super-app; the token in it logs the web view in.
//
//export dougong_address
func dougong_address(host C.dougong_host, url, problem **C.char) C.int32_t {
	return with(host, problem, func(e *entry) error {
		address, err := e.host.Address()
		give(url, address, err)
		return err
	})
}

// dougong_open opens a mini-program that nobody looks at, and waits until its first page has come to rest. page may be NULL,
// and so may data, JSON that reaches it as referrerInfo.extraData.
//
//export dougong_open
func dougong_open(host C.dougong_host, app, page, data *C.char, number *C.int64_t, problem **C.char) C.int32_t {
	id, path, extra := C.GoString(app), C.GoString(page), C.GoString(data)
	return with(host, problem, func(e *entry) error {
		n, err := e.open(id, path, extra)
		if number != nil {
			*number = C.int64_t(n)
		}
		return err
	}, id, path, extra)
}

// dougong_text gives what a user would read, once the mini-program has come to rest or so many milliseconds are over.
//
//export dougong_text
func dougong_text(host C.dougong_host, number C.int64_t, wait C.int32_t, text, problem **C.char) C.int32_t {
	return withApp(host, number, problem, func(a *mobile.App) error {
		shown, err := a.Text(int(wait))
		give(text, shown, err)
		return err
	})
}

// dougong_tap taps the first element that matches a selector, that shows a text, or both.
//
//export dougong_tap
func dougong_tap(host C.dougong_host, number C.int64_t, selector, text *C.char, wait C.int32_t, problem **C.char) C.int32_t {
	which, shown := C.GoString(selector), C.GoString(text)
	return withApp(host, number, problem, func(a *mobile.App) error { return a.Tap(which, shown, int(wait)) }, which, shown)
}

// dougong_send tells a mini-program, in a web view or not, an event. data is JSON, or NULL.
//
//export dougong_send
func dougong_send(host C.dougong_host, number C.int64_t, event, data *C.char, problem **C.char) C.int32_t {
	name, text := C.GoString(event), C.GoString(data)
	return withApp(host, number, problem, func(a *mobile.App) error { return a.Send(name, text) }, name, text)
}

// dougong_poll waits for the next event, for so many milliseconds: JSON, or NULL if there was none.
//
//export dougong_poll
func dougong_poll(host C.dougong_host, wait C.int32_t, event, problem **C.char) C.int32_t {
	return with(host, problem, func(e *entry) error {
		text, err := e.poll(time.Duration(wait) * time.Millisecond)
		if text != "" {
			give(event, text, err)
		} else if event != nil {
			*event = nil
		}
		return err
	})
}

// dougong_answer answers a call with a result as JSON.
//
//export dougong_answer
func dougong_answer(request C.uint64_t, json *C.char, problem **C.char) C.int32_t {
	text := C.GoString(json)
	return result(answer(uint64(request), func(r *mobile.Request) bool { return r.Answer(text) }, text), problem)
}

// dougong_fail answers a call with an error of its contract.
//
//export dougong_fail
func dougong_fail(request C.uint64_t, code C.int32_t, name, message *C.char, problem **C.char) C.int32_t {
	id, text := C.GoString(name), C.GoString(message)
	return result(answer(uint64(request), func(r *mobile.Request) bool { return r.Fail(int(code), id, text) }, id, text), problem)
}

// dougong_close ends a mini-program and waits until it is gone.
//
//export dougong_close
func dougong_close(host C.dougong_host, number C.int64_t, problem **C.char) C.int32_t {
	return withApp(host, number, problem, func(a *mobile.App) error { a.Close(); return nil })
}

// dougong_stop ends the host with all that is open, and waits until it is gone. The host's number is then none.
//
//export dougong_stop
func dougong_stop(host C.dougong_host, problem **C.char) C.int32_t {
	return result(try(func() error { return numbers.stop(uint64(host)) }), problem)
}

// dougong_free frees what the library has given; NULL is fine. What it has not given, or what was freed already, it leaves alone.
//
//export dougong_free
func dougong_free(text *C.char) { loans.free(text) }

// give hands a text over, if all went well and somebody wants it.
func give(to **C.char, text string, err error) {
	if err == nil && to != nil {
		*to = loans.lend(text)
	}
}
