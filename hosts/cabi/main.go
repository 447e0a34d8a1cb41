// Command cabi is the door of package embed for C and whatever can call C: built with -buildmode=c-shared it is a library, and
// its header is generated with it.
//
//	CGO_ENABLED=1 go build -buildmode=c-shared -o libdougong.so ./hosts/cabi
//	CGO_ENABLED=1 GOOS=windows CC=x86_64-w64-mingw32-gcc go build -buildmode=c-shared -o dougong.dll ./hosts/cabi
//
// It is the only place with cgo but for the desktop window. What functions do, who owns memory and what may be called from
// which thread is said in the header, that is in export.go; examples/embed-c uses it. The package must not know more than
// hosts/mobile does, which it stands on: this file and table.go are plain Go, the others carry strings.
package main

// main is never called: a library has none. The command, built without c-shared, does nothing.
func main() {}
