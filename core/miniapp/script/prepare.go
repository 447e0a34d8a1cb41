package script

import "github.com/dougong-dev/dougong/core/miniapp/program"

// Prepare compiles a module of a program ahead, for realms of this process to find it compiled. It may run beside them.
// What is wrong with the module is reported by the realm that needs it.
func Prepare(p *program.Program, path string) {
	source := newSource(p)
	_, _ = codeOf(p).compile(path+".js", moduleHead, func() (string, error) { return source.script(path) })
}
