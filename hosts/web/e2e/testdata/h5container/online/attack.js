// Speaks to a host that is listed and to one that is not, in every way that a page has.
const [LISTED, OUT] = ["@LISTED@", "@OUT@"];
const xhr = (url, method, body, type = "") => new Promise((done, fail) => {
  const x = new XMLHttpRequest();
  x.responseType = type;
  x.onload = () => done(x);
  x.onerror = () => fail(new Error("xhr failed"));
  x.open(method, url);
  x.setRequestHeader("X-Test", "1");
  x.send(body);
});
const socket = (base, send) => new Promise((done, fail) => {
  const s = new WebSocket(base.replace("http", "ws") + "/socket");
  s.binaryType = "arraybuffer";
  s.onopen = () => s.send(send);
  s.onmessage = (m) => { done(m.data); s.close(1000, "enough"); };
  s.onerror = () => fail(new Error("socket failed"));
});
const inWorker = (file, message, options) => new Promise((done, fail) => {
  const w = new Worker(file, options);
  w.onmessage = (e) => done(e.data);
  w.onerror = (e) => fail(new Error("worker failed " + e.message));
  w.postMessage(message);
});
const attempts = {
  text: async () => { const x = await xhr(LISTED + "/echo", "POST", "hello"); return [x.status, x.responseText, x.getResponseHeader("X-Method"), x.readyState].join(" "); },
  json: async () => (await xhr(LISTED + "/json", "GET", null, "json")).response.answer,
  bytes: async () => new Uint8Array((await xhr(LISTED + "/bytes", "GET", null, "arraybuffer")).response).join(","),
  sent: async () => (await xhr(LISTED + "/echo", "POST", new Uint8Array([104, 105]).buffer)).responseText,
  form: async () => { const f = new FormData(); f.append("a", "b"); return /name="a"/.test((await xhr(LISTED + "/echo", "POST", f)).responseText); },
  aborted: () => new Promise((done) => { const x = new XMLHttpRequest(); x.onabort = () => done("aborted " + x.status); x.open("GET", LISTED + "/echo"); x.send(); x.abort(); }),
  waits: async () => { new XMLHttpRequest().open("GET", LISTED + "/echo", false); return "WAITED"; },
  own: async () => (await xhr("style.txt", "GET")).responseText.trim(),
  blob: async () => (await (await fetch(LISTED + "/bytes")).blob()).size,
  socket: () => socket(LISTED, "ping"),
  binary: async () => new Uint8Array(await socket(LISTED, new Uint8Array([1, 2, 255]).buffer)).join(","),
  closed: () => new Promise((done) => { const s = new WebSocket(LISTED.replace("http", "ws") + "/socket"); s.onopen = () => s.close(1000, "bye"); s.onclose = (e) => done(`closed ${e.code} ${s.readyState}`); }),
  worker: async () => JSON.stringify(await inWorker("worker.js", LISTED)),
  module: () => inWorker("module.js", "ran", { type: "module" }),
  foreignWorker: async () => { new Worker(OUT + "/worker.js"); return "BEGAN"; },
  foreignXhr: () => xhr(OUT + "/echo", "GET"),
  foreignSocket: () => socket(OUT, "ping"),
  foreignInWorker: async () => JSON.stringify(await inWorker("worker.js", OUT)),
  storedBefore: async () => JSON.stringify(wx.getStorageSync("cart")),
  stores: async () => { wx.setStorageSync("cart", { n: (wx.getStorageSync("cart").n || 0) + 1 }); return JSON.stringify([wx.getStorageSync("cart"), (await wx.getStorage({ key: "cart" })).data, wx.getStorageInfoSync().keys]); },
  removes: async () => { wx.setStorageSync("gone", 1); wx.removeStorageSync("gone"); return JSON.stringify(wx.getStorageSync("gone")); },
  system: async () => typeof wx.getSystemInfoSync().windowWidth,
};
(async () => {
  const out = {};
  for (const [name, attempt] of Object.entries(attempts)) {
    document.title = "at " + name;
    out[name] = await Promise.race([Promise.resolve().then(attempt).then(String, (e) => "refused " + (e && (e.name + " " + e.message))), new Promise((done) => setTimeout(done, 8000, "no answer"))]);
  }
  document.title = JSON.stringify(out);
})();
