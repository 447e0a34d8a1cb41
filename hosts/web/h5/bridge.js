// The bridge of an H5 app's page to its host, before any script of the page: wx and ft, a localStorage that is kept by the
// host, requests to other hosts through the host, and honest refusals of what a page may not do.
(function () {
  "use strict";
  var parent = window.parent;
  var given = {};
  try {
    given = JSON.parse(window.name) || {};
  } catch (e) {}
  var base = new URL(".", document.currentScript.src.replace("_dougong/bridge.js", "")).href;
  var waiting = new Map();
  var listeners = {};
  var count = Math.floor(Math.random() * 0x1000000) * 0x10000; // answers to the page before are none to this one

  function post(message) {
    parent.postMessage(message, "*");
  }
  function ask(message) {
    post({ dougong: "ask", ask: message });
  }
  function refuse(kind, to) {
    post({ dougong: "refused", kind: kind, to: String(to) });
  }

  window.addEventListener("message", function (e) {
    if (e.source === window) return;
    for (var i = 0; i < window.length; i++) if (window[i] === e.source) return; // a page of the web that the app put in itself
    e.stopImmediatePropagation(); // another app's page can send messages here; the app does not hear them
    if (e.source !== parent || !e.data) return;
    if (e.data.dougong === "there") post({ dougong: "here", n: e.data.n });
    if (e.data.dougong !== "answer") return;
    var m = e.data.message || {};
    if (m.socket !== undefined) {
      var told = sockets.get(m.socket);
      if (m.type === "close") sockets.delete(m.socket);
      if (told) told(m);
      return;
    }
    if (typeof m.event === "string") {
      (listeners[m.event] || []).forEach(function (f) { f(m.value); });
      return;
    }
    var settle = waiting.get(m.n);
    waiting.delete(m.n);
    if (settle) settle(m.ok === true, m.value);
  });

  function plain(options) {
    var out = {};
    Object.keys(options || {}).forEach(function (key) {
      if (typeof options[key] !== "function") out[key] = options[key];
    });
    return out;
  }

  function call(api, options) {
    var o = options || {};
    var n = ++count;
    var promise = new Promise(function (resolve, reject) {
      waiting.set(n, function (ok, value) {
        if (ok && o.success) o.success(value);
        if (!ok && o.fail) o.fail(value);
        if (o.complete) o.complete(value);
        if (ok) resolve(value);
        else reject(value);
      });
    });
    if (o.success || o.fail || o.complete) promise.catch(function () {});
    ask({ n: n, api: api, args: plain(o) });
    return promise;
  }

  var MAX_ALERTS = 16;

  // What answers at once is answered from a copy: the storage of wx, and what the host said of the system when the page began.
  var AT_HAND = 256 * 1024;
  var stored = given.stored || {};
  function copy(value) { return value === undefined ? undefined : JSON.parse(JSON.stringify(value)); }
  function entry(key) {
    if (given.storedAll === false) throw new Error("getStorageSync:fail the app stores more than can be held at hand; use getStorage");
    return Object.prototype.hasOwnProperty.call(stored, key) ? copy(stored[key]) : "";
  }
  function change(f) {
    f();
    if (JSON.stringify(stored).length > AT_HAND) {
      stored = {};
      given.storedAll = false;
    }
    given.stored = stored;
    keep();
  }
  function told(api, options) { return call(api, options); }
  function quietly(api, options) { call(api, options).catch(function (e) { console.warn(api + " was not kept:", e && e.errMsg); }); }
  var at = {
    setStorageSync: function (key, data) { change(function () { stored[String(key)] = copy(data); }); quietly("setStorage", { key: String(key), data: data }); },
    getStorageSync: function (key) { return entry(String(key)); },
    removeStorageSync: function (key) { change(function () { delete stored[String(key)]; }); quietly("removeStorage", { key: String(key) }); },
    clearStorageSync: function () { change(function () { stored = {}; }); quietly("clearStorage"); },
    getStorageInfoSync: function () {
      var keys = Object.keys(stored);
      return { keys: keys, currentSize: Math.ceil(JSON.stringify(stored).length / 1024), limitSize: 10240 };
    },
    setStorage: function (o) { change(function () { if (o) stored[String(o.key)] = copy(o.data); }); return told("setStorage", o); },
    getStorage: function (o) {
      var key = String(o && o.key);
      if (!Object.prototype.hasOwnProperty.call(stored, key)) return told("getStorage", o);
      var value = { data: copy(stored[key]), errMsg: "getStorage:ok" }; // what was set just now may not have been kept yet
      if (o.success) o.success(value);
      if (o.complete) o.complete(value);
      return Promise.resolve(value);
    },
    removeStorage: function (o) { change(function () { if (o) delete stored[String(o.key)]; }); return told("removeStorage", o); },
    clearStorage: function (o) { change(function () { stored = {}; }); return told("clearStorage", o); },
  };
  ["getSystemInfoSync", "getWindowInfo", "getDeviceInfo", "getAppBaseInfo", "getAccountInfoSync", "getEnterOptionsSync", "getLaunchOptionsSync"].forEach(function (name) {
    if (given.system && given.system[name] !== undefined) at[name] = function () { return copy(given.system[name]); };
  });

  var own = {
    canIUse: function (schema) { return call("canIUse", { schema: schema }); },
    getLaunchOptions: function () { return given.launch || {}; },
  };
  Object.assign(own, at);
  jssdk(own, call);
  var api = new Proxy(Object.freeze(own), {
    get: function (_, name) {
      if (typeof name !== "string" || name === "then") return undefined;
      if (Object.prototype.hasOwnProperty.call(own, name)) return own[name];
      if (/^on[A-Z]/.test(name)) {
        return function (f) {
          (listeners[name] = listeners[name] || []).push(f);
          if (listeners[name].length === 1) call(name).catch(function () {});
        };
      }
      if (/^off[A-Z]/.test(name)) {
        return function (f) {
          var on = name.replace("off", "on");
          listeners[on] = (listeners[on] || []).filter(function (g) { return f !== undefined && g !== f; });
        };
      }
      return function (options) { return call(name, options); };
    },
  });
  // WeChat's own script, as a file or from npm, takes jWeixin for itself if there is one.
  ["wx", "ft", "jWeixin"].forEach(function (name) {
    Object.defineProperty(window, name, { value: api, configurable: true, writable: true });
  });
  window.__wxjs_environment = "miniprogram";
  window.WeixinJSBridge = {
    invoke: function (name, args, told) {
      var settle = function (r) { if (told) told(Object.assign({ err_msg: r && r.errMsg }, r)); };
      if (name === "invokeMiniProgramAPI") own.miniProgram[args.name] ? own.miniProgram[args.name](Object.assign({}, args.arg, { complete: settle })) : settle({ errMsg: name + ":fail not supported" });
      else api[name](args).then(settle, settle);
    },
    on: function () {},
  };
  document.addEventListener("DOMContentLoaded", function () { document.dispatchEvent(new Event("WeixinJSBridgeReady")); });

  // Storage: a page without an origin has none of its own. What is in it goes with the page, and to the host when it changes.
  function keep() {
    window.name = JSON.stringify(given);
    post({ dougong: "kept", name: window.name });
  }
  function storage(key, changed) {
    var items = new Map();
    try {
      Object.entries(JSON.parse(given[key] || "{}")).forEach(function (e) { items.set(e[0], String(e[1])); });
    } catch (e) {}
    var queued = false;
    function save() {
      if (queued) return;
      queued = true;
      queueMicrotask(function () {
        queued = false;
        given[key] = JSON.stringify(Object.fromEntries(items));
        keep();
        if (changed) changed(given[key]);
      });
    }
    var methods = {
      getItem: function (k) { return items.has(String(k)) ? items.get(String(k)) : null; },
      setItem: function (k, v) {
        var size = 0;
        items.forEach(function (value, name) { size += value.length + name.length; });
        if (size + String(k).length + String(v).length > 512 * 1024) throw new DOMException("the app keeps more than 512 KiB", "QuotaExceededError");
        items.set(String(k), String(v));
        save();
      },
      removeItem: function (k) { if (items.delete(String(k))) save(); },
      clear: function () { items.clear(); save(); },
      key: function (i) { return Array.from(items.keys())[i] === undefined ? null : Array.from(items.keys())[i]; },
    };
    return new Proxy(methods, {
      get: function (_, k) { return k === "length" ? items.size : k in methods ? methods[k] : items.has(k) ? items.get(k) : undefined; },
      set: function (_, k, v) { methods.setItem(k, v); return true; },
      has: function (_, k) { return k in methods || items.has(k); },
      deleteProperty: function (_, k) { methods.removeItem(k); return true; },
      ownKeys: function () { return Array.from(items.keys()); },
      getOwnPropertyDescriptor: function (_, k) { return items.has(k) ? { value: items.get(k), writable: true, enumerable: true, configurable: true } : undefined; },
    });
  }
  Object.defineProperty(window, "localStorage", { value: storage("kept", function (text) { ask({ kept: text }); }), configurable: true });
  Object.defineProperty(window, "sessionStorage", { value: storage("session"), configurable: true });
  try {
    Object.defineProperty(document, "cookie", { get: function () { return ""; }, set: function () {}, configurable: true });
  } catch (e) {}

  // Requests and sockets to other hosts go by the network capability; workers have theirs by their page.
  var sockets = new Map();
  function openSocket(url, protocols, told) {
    var id = ++count;
    sockets.set(id, told);
    ask({ socket: { id: id, open: { url: url, protocols: protocols } } });
    return {
      send: function (data) { ask({ socket: { id: id, send: data } }); },
      close: function (code, reason) { ask({ socket: { id: id, close: { code: code, reason: reason } } }); },
    };
  }
  net(window, {
    call: call,
    open: openSocket,
    resolve: function (url) { return new URL(url, document.baseURI).href; },
    own: function (href) { return href.startsWith(base); },
  });
  // The page's policy asks for trusted types in its workers as well; there they hold nothing that the policy does not.
  var allow = "self.trustedTypes && trustedTypes.createPolicy('default', { createHTML: (s) => s, createScript: (s) => s, createScriptURL: (s) => s }); ";
  var blobs = new Map();
  var createURL = URL.createObjectURL;
  var revokeURL = URL.revokeObjectURL;
  URL.createObjectURL = function (object) {
    var href = createURL.call(URL, object);
    if (object instanceof Blob) blobs.set(href, object);
    return href;
  };
  URL.revokeObjectURL = function (href) {
    blobs.delete(String(href));
    revokeURL.call(URL, href);
  };
  function allowed(blob) { return blob && createURL.call(URL, new Blob([allow, blob], { type: "text/javascript" })); }
  var NativeWorker = window.Worker;
  function OwnWorker(url, options) {
    var href = new URL(url, document.baseURI).href;
    if (/^blob:/.test(href)) return new NativeWorker(allowed(blobs.get(href)) || href, options);
    if (!href.startsWith(base)) throw new DOMException("a worker's script is a file of the app, " + href + " is none", "SecurityError");
    var begin = JSON.stringify(base + "_dougong/worker.js");
    var module = options !== undefined && options.type === "module";
    var source = allow + "self.__dougong = " + JSON.stringify({ href: href, module: module }) + ";\nimportScripts(" + begin + (module ? "" : ", " + JSON.stringify(href)) + ");";
    var file = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    var worker = new NativeWorker(file, { name: (options && options.name) || "" });
    var channel = new MessageChannel();
    serve(channel.port1);
    worker.postMessage({ dougong: "port", href: href, base: base }, [channel.port2]);
    return worker;
  }
  OwnWorker.prototype = NativeWorker.prototype;
  function serve(port) {
    var lines = new Map();
    port.onmessage = function (e) {
      var m = e.data;
      if (m.open) lines.set(m.n, openSocket(m.open.url, m.open.protocols, function (event) { port.postMessage({ n: m.n, event: event }); }));
      else if (m.send !== undefined && lines.has(m.n)) lines.get(m.n).send(m.send);
      else if (m.close && lines.has(m.n)) lines.get(m.n).close(m.close.code, m.close.reason);
      else if (typeof m.api === "string") {
        call(m.api, m.args).then(
          function (value) { port.postMessage({ n: m.n, ok: true, value: value }); },
          function (value) { port.postMessage({ n: m.n, ok: false, value: value }); },
        );
      }
    };
  }
  Object.defineProperty(window, "Worker", { value: OwnWorker, configurable: true, writable: true });

  // What a page may not do is said, not just not done.
  window.open = function (to) { refuse("open", to || ""); return null; };
  // The sandbox has no alert. The host's goes by the page's calls, so nobody waits for it; one is shown after the other.
  var alerts = 0;
  var alerted = Promise.resolve();
  window.alert = function (text) {
    if (alerts === MAX_ALERTS) return console.warn("alert: " + MAX_ALERTS + " wait already");
    alerts++;
    var content = arguments.length === 0 ? "" : String(text);
    alerted = alerted
      .then(function () { return call("showModal", { content: content, showCancel: false }); })
      .catch(function (e) { console.warn("alert was not shown:", e && e.errMsg); })
      .then(function () { alerts--; });
  };
  document.addEventListener("click", function (e) {
    var link = e.target && e.target.closest ? e.target.closest("a[href], area[href]") : null;
    if (!link || e.defaultPrevented) return;
    var to = new URL(link.getAttribute("href"), document.baseURI);
    var inside = to.href.startsWith(base);
    if (inside && !link.hasAttribute("download") && (link.target === "" || link.target === "_self")) return;
    if (to.protocol === "javascript:") return;
    e.preventDefault();
    if (link.hasAttribute("download")) refuse("download", to.href);
    else if (inside) location.href = to.href;
    else refuse("leave", to.href);
  });
  window.addEventListener("submit", function (e) {
    if (e.defaultPrevented) return; // the page sends it by itself
    e.preventDefault();
    refuse("leave", e.target.action);
  });
  HTMLFormElement.prototype.submit = function () { refuse("leave", this.action); };

  post({ dougong: "fresh" });
  ask({ fresh: true });
  document.addEventListener("DOMContentLoaded", function () {
    if (document.title) ask({ title: document.title });
    var title = document.querySelector("title");
    if (title) new MutationObserver(function () { ask({ title: document.title }); }).observe(title, { childList: true, characterData: true, subtree: true });
  });
})();
