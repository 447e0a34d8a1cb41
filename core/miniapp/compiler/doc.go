// Package compiler turns a mini-program project as WeChat's tools know it into a bundle: templates to IR, styles to CSS,
// scripts to CommonJS, configuration merged and checked.
//
// It works at build time only: nothing that runs a mini-program imports it, but for a development server that builds in
// memory. It must not know the realm, the renderer or a host. What is wrong with a project comes back as diagnostics with
// file, line and column; a file that does not compile breaks the pages that use it and nothing else.
package compiler
