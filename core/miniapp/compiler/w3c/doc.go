// Package w3c reads MiniApp packages as the drafts of the W3C describe them: Manifest, Packaging, Lifecycle, Addressing.
//
// Check is the strict reader: it says, with file and line, everything about a package that the drafts do not allow. Project
// shows a package as a project that the compiler builds. With lenient set it also takes what the W3C's own test packages
// look like: their content stands under src/, and the pages of their manifests have a folder too much. The package must not
// know how projects are compiled or run.
package w3c
