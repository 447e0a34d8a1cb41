// Tries to get out of the container. Each attempt says what became of it; the test's server counts who came through.
const OUT = "@OUT@";
const LISTED = "@LISTED@";
const soon = (ms) => new Promise((done) => setTimeout(done, ms));
const caught = async (f) => {
  try {
    const v = await f();
    return v === undefined ? "done" : String(v);
  } catch (e) {
    return "refused " + (e && (e.name === "Error" || !e.name ? e.errMsg || e.message || JSON.stringify(e) : e.name));
  }
};
const failsToLoad = (el, attr) => new Promise((done) => {
  el.onload = () => done("LOADED");
  el.onerror = () => done("refused");
  el[attr] = OUT + "/" + el.localName;
  document.body.append(el);
});
const attempts = {
  style: () => getComputedStyle(document.querySelector("h1")).color,
  module: () => import("./module.js").then((m) => m.answer),
  local: () => fetch("style.css").then((r) => r.status),
  storage: () => localStorage.getItem("secret"),
  keep: () => { localStorage.setItem("own", "mine"); sessionStorage.setItem("here", "too"); },
  indexedDB: () => new Promise((done, fail) => { const r = indexedDB.open("x"); r.onsuccess = () => done("OPENED"); r.onerror = () => fail(r.error); }),
  cookie: () => { document.cookie = "a=b"; return JSON.stringify(document.cookie); },
  xhr: () => new Promise((done, fail) => { const x = new XMLHttpRequest(); x.onload = () => done("LOADED"); x.onerror = () => fail(new Error("blocked")); x.open("GET", OUT + "/xhr"); x.send(); }),
  socket: () => new Promise((done, fail) => { const s = new WebSocket(OUT.replace("http", "ws") + "/ws"); s.onopen = () => done("OPEN"); s.onerror = () => fail(new Error("blocked")); }),
  beacon: () => { navigator.sendBeacon(OUT + "/beacon", "x"); return "sent or not"; },
  image: () => failsToLoad(new Image(), "src"),
  script: () => failsToLoad(document.createElement("script"), "src"),
  api: () => new Promise((done, fail) => { const x = new XMLHttpRequest(); x.onload = () => done("LOADED"); x.onerror = () => fail(new Error("blocked")); x.open("GET", "/api/launcher"); x.send(); }),
  evaluated: () => eval("'EVALUATED'"),
  injected: async () => { const s = document.createElement("script"); s.textContent = "window.injected = 'RAN'"; document.body.append(s); return window.injected || "refused"; },
  handler: async () => { document.body.insertAdjacentHTML("beforeend", "<img src=x:y onerror=\"window.handled='RAN'\">"); await soon(100); return window.handled || "refused"; },
  worker: () => new Promise((done, fail) => { const w = new Worker("module.js"); w.onerror = () => fail(new Error("blocked")); w.onmessage = () => done("RAN"); setTimeout(() => fail(new Error("blocked")), 500); }),
  service: () => navigator.serviceWorker.register("module.js").then(() => "REGISTERED"),
  top: async () => { window.top.location.href = OUT + "/top"; await soon(200); return "still here"; },
  parent: async () => { window.parent.location.href = OUT + "/parent"; await soon(200); return "still here"; },
  reach: () => window.top.document.title,
  frame: async () => { const f = document.createElement("iframe"); f.src = OUT + "/frame"; document.body.append(f); await soon(300); return "tried"; },
  form: async () => {
    const f = document.createElement("form");
    f.action = OUT + "/form";
    let heard = "no event";
    f.onsubmit = () => { heard = "event"; };
    const b = document.createElement("button");
    f.append(b);
    document.body.append(f);
    b.click();
    await soon(300);
    return heard;
  },
  forge: async () => {
    const forged = [
      { webView: { id: "web-view-1", src: OUT + "/forged", shown: true } }, { webView: { id: "web-view-1", type: "h5", detail: {} } },
      { dougong: "miniProgram", name: "h5", arg: { n: 1, api: "showToast", args: { title: "forged" } } }, { dougong: "answer", message: { title: "x" } },
      { dougong: "h5", message: { event: "onForged" } }, { dougong: "kept", name: "{}" },
    ];
    const visit = (w, depth) => {
      for (const m of forged) w.postMessage(m, "*");
      for (let i = 0; depth < 4 && i < w.length; i++) visit(w[i], depth + 1);
    };
    visit(window.top, 0);
    await soon(200);
    return "posted";
  },
  unlisted: () => ft.request({ url: OUT + "/request" }).then(() => "LOADED"),
  listed: () => fetch(LISTED + "/data").then((r) => r.text()),
  unknown: () => ft.notThere({}),
  sync: () => wx.setStorageSync({ key: "a" }),
  prototype: () => ft.constructor({}),
  toast: () => ft.showToast({ title: "hello from H5" }).then((r) => r.errMsg),
};
(async () => {
  const out = {};
  for (const [name, attempt] of Object.entries(attempts)) document.title = "at " + name, out[name] = await caught(attempt);
  document.title = JSON.stringify(out);
})();
document.querySelector("#open").onclick = () => window.open(OUT + "/open");
document.querySelector("#away").onclick = () => { location.href = OUT + "/away"; };
