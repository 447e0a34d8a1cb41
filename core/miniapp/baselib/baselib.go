// Package baselib is the base library (基础库): the JavaScript that gives a mini-program's realm wx and ft.
//
// It is written in TypeScript (src), strict and without dependencies, and embedded as one script (dist). It must not
// know the engine that runs it: all it has of the world is __dougong, which the bridge binds (src/native.ts).
package baselib

import (
	_ "embed" // the built library
	"strings"
)

//go:generate go run ./build/cmd

//go:embed dist/baselib.js
var script string

//go:embed dist/worker.js
var workerSide string

// WorkerName is the name of a worker's script in stack traces.
const WorkerName = "dougong:worker-baselib.js"

// WorkerScript is what runs in a worker's realm before its own scripts: its capabilities.
func WorkerScript() string { return workerSide }

//go:embed dist/names.txt
var names string

// Names lists what the library defines on wx and ft, without the namespace, sorted.
func Names() []string { return strings.Fields(names) }

//go:embed dist/alipay.js
var alipay string

//go:embed dist/alipay-names.txt
var alipayNames string

// AlipayAdapter is the module that gives a project converted from Alipay's my, and Alipay's Page and Component, where WeChat's
// are. Exports: my, app, page, component, mixin.
func AlipayAdapter() string { return alipay }

// AlipayNames lists what there is of my where everything is provided, sorted.
func AlipayNames() []string { return strings.Fields(alipayNames) }

// Name is the script's name in stack traces.
const Name = "dougong:baselib.js"

// Script is the built base library.
func Script() string { return script }
