package window

import (
	"fmt"
	"html"
	"net/url"
)

// crashPage says honestly what happened and offers a link to load the page again. It runs no script and loads nothing.
func crashPage(open Open) string {
	return fmt.Sprintf(crashHTML, html.EscapeString(open.Title), html.EscapeString(open.URL))
}

// crashAddress is what the page is shown under: of the host's own origin, so that its link is no stranger's, and another
// than the link's, which would lead to the same page else.
func crashAddress(open Open) string {
	u, err := url.Parse(open.URL)
	if err != nil {
		return "about:blank"
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/stopped"}).String()
}

const crashHTML = `<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>%s</title>
<style>
html { color-scheme: light dark; font: 16px/1.6 system-ui, "Noto Sans CJK SC", sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-content: center; text-align: center; padding: 24px; box-sizing: border-box; }
h1 { font-size: 20px; margin: 0 0 8px; } p { margin: 0 0 8px; opacity: .75; max-width: 28em; }
a { display: block; margin-top: 16px; padding: 12px 24px; border-radius: 8px; background: #1f6feb; color: #fff; text-decoration: none; font-weight: 600; }
</style>
<main>
<h1>此页面意外停止</h1>
<p>显示此窗口的进程已退出。其他窗口不受影响，小程序仍在运行，重新加载后从原处继续。</p>
<p lang="en">The process that showed this window has ended. Nothing else is disturbed; the mini-program still runs and goes on where it was.</p>
<a href="%s" autofocus>重新加载 · Reload</a>
<p>崩溃报告已保存在本机，不含个人数据。<span lang="en">A crash report without personal data is on this machine.</span></p>
</main>
`
