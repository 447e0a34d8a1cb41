package script

import "github.com/dougong-dev/dougong/core/miniapp/program"

// Prepare compiles a module of a program ahead, for realms of this process to find it compiled. It may run beside them.
// What is wrong with the module is reported by the realm that needs it.
func Prepare(p *program.Program, path string) {
	source := newSource(p)
	_, _ = codeOf(p).compile(path+".js", moduleHeadOf(p), func() (string, error) { return source.script(path) })
}

// PrepareWXS is Prepare of a template script.
func PrepareWXS(p *program.Program, path string) {
	source := newSource(p)
	_, _ = codeOf(p).compile(path, wxsHead, func() (string, error) { return source.wxs(path) })
}

// moduleHeadOf is what modules of a program are wrapped in.
func moduleHeadOf(p *program.Program) string {
	if isAlipay(p) {
		return alipayHead
	}
	return moduleHead
}
