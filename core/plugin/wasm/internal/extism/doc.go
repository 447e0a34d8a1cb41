// Package extism is the module "extism:host/env" that Extism plugins import: a kernel of our own, in WebAssembly. Module
// assembles it, and the methods of Memory are what the host does with its memory between calls.
//
// Every plugin instance has an instance of the kernel, so that the plugin's loads and stores are calls from one module to
// another, without a way through the host. The functions for configuration, variables, HTTP and log are the host's; the
// kernel imports them from HostModule and passes them on, because a plugin expects everything under one module name.
//
// # Memory
//
// The first page begins with the root: what the host and the kernel tell each other. Plugins cannot load or store there.
// Blocks follow without gaps from DataStart up to the root's top:
//
//	tag 4 | size 4 | used 4 | previous block 4 | next free 4 | previous free 4 | data, size bytes
//
// The tag is a constant xored with the block's address, one for blocks in use and one for free ones, so that an address
// that is not a block's is recognised. Free blocks are in lists by size class, two classes for each power of two; a bit map
// says which lists are not empty. A block that is freed is joined with free neighbours, and the last one lowers the top. No
// function has a loop: each takes the same time whatever the plugin has done, and wazero's check whether to stop costs
// nothing here.
//
// A plugin can write over the tags, sizes and links between its blocks. All that it gets is an error, or its own data
// mixed up: each link is checked before it is followed, and the host checks what it reads.
//
// The package knows the layout and the instructions. It must not know the engine, the pool nor what a service is.
package extism
