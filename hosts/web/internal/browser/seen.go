package browser

import "fmt"

// watch looks at an expression whenever a document changes, in its shadow roots too, and with each of its pictures, and keeps that it
// has held.
const watch = `(() => {
	const id = %d, holds = () => { try { return !!(%s); } catch { return false; } };
	window.__seen = 0;
	const look = () => { if (window.__seen !== id && holds()) { window.__seen = id; changes.disconnect(); } };
	const changes = new MutationObserver(look);
	const roots = (root) => [root, ...[...root.querySelectorAll("*")].flatMap((el) => el.shadowRoot ? roots(el.shadowRoot) : [])];
	for (const root of roots(document)) changes.observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
	(function again() { look(); if (window.__seen !== id) requestAnimationFrame(again); })();
	return true;
})()`

// Seen does something and waits until an expression has held in the mini-program's frame since: what goes by itself, such as a toast,
// may be gone before anybody asks again.
func (b *Browser) Seen(expression string, do func()) {
	b.t.Helper()
	b.seen(true, expression, do)
}

// SeenShell is Seen for an expression of the shell.
func (b *Browser) SeenShell(expression string, do func()) {
	b.t.Helper()
	b.seen(false, expression, do)
}

func (b *Browser) seen(inApp bool, expression string, do func()) {
	b.t.Helper()
	b.watched++
	id := b.watched
	b.until("watch for "+expression, func() error { return b.eval(inApp, fmt.Sprintf(watch, id, expression), nil) })
	do()
	b.until("see "+expression, func() error {
		var ok bool
		err := b.eval(inApp, fmt.Sprintf(`window.__seen === %d`, id), &ok)
		if err == nil && !ok {
			err = errNotYet
		}
		return err
	})
}

// Until tries again until there is no error, for what no single expression says.
func (b *Browser) Until(what string, try func() error) {
	b.t.Helper()
	b.until(what, try)
}
