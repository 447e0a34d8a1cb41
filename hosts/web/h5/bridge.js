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
  var count = 0;

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
    e.stopImmediatePropagation(); // another app's page can send messages here; the app does not hear them
    if (e.source !== parent || !e.data || e.data.dougong !== "answer") return;
    var m = e.data.message || {};
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

  var own = {
    canIUse: function (schema) { return call("canIUse", { schema: schema }); },
    getLaunchOptions: function () { return given.launch || {}; },
    miniProgram: { getEnv: function (f) { f({ miniprogram: true, h5: true }); } },
  };
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
  ["wx", "ft"].forEach(function (name) {
    Object.defineProperty(window, name, { value: api, configurable: true });
  });

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

  // Requests to other hosts go by the network capability: its allow-list and its trace hold.
  var nativeFetch = window.fetch;
  window.fetch = function (input, options) {
    var url = new URL(typeof input === "string" || input instanceof URL ? input : input.url, document.baseURI);
    if (!/^https?:$/.test(url.protocol) || url.href.startsWith(base)) return nativeFetch.call(window, input, options);
    var o = options || {};
    var header = {};
    new Headers(o.headers || (input && input.headers) || {}).forEach(function (value, name) { header[name] = value; });
    return call("request", { url: url.href, method: o.method || "GET", header: header, data: typeof o.body === "string" ? o.body : undefined, dataType: "text" }).then(
      function (r) {
        return new Response([204, 205, 304].indexOf(r.statusCode) >= 0 ? null : typeof r.data === "string" ? r.data : JSON.stringify(r.data), { status: r.statusCode, headers: r.header || {} });
      },
      function (err) { throw new TypeError((err && err.errMsg) || "request failed"); },
    );
  };

  // What a page may not do is said, not just not done.
  window.open = function (to) { refuse("open", to || ""); return null; };
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
  if (window.navigation) {
    window.navigation.addEventListener("navigate", function (e) {
      if (e.cancelable && !e.destination.url.startsWith(base) && !/^(blob|data|about|javascript):/.test(e.destination.url)) {
        e.preventDefault();
        refuse("leave", e.destination.url);
      }
    });
  }

  post({ dougong: "hello" });
  document.addEventListener("DOMContentLoaded", function () {
    if (document.title) ask({ title: document.title });
    var title = document.querySelector("title");
    if (title) new MutationObserver(function () { ask({ title: document.title }); }).observe(title, { childList: true, characterData: true, subtree: true });
  });
})();
