// Requests and sockets of an H5 app's pages and workers. They go by the host's network capability: its allow-list, its quotas
// and its trace hold. env says how: call(api, args) is a promise, open(url, protocols, told) a socket {send, close}, and
// resolve(url) an absolute address or a promise of one; own(href) tells files of the app.
function net(scope, env) {
  "use strict";
  var nativeFetch = scope.fetch;

  function base64(buffer) {
    var bytes = new Uint8Array(buffer);
    var text = "";
    for (var i = 0; i < bytes.length; i += 8192) text += String.fromCharCode.apply(null, bytes.subarray(i, i + 8192));
    return btoa(text);
  }
  function bytes(data) {
    if (!data || typeof data.$base64 !== "string") return data;
    return Uint8Array.from(atob(data.$base64), function (c) { return c.charCodeAt(0); }).buffer;
  }
  /** A body as it goes over, with the type that a browser would give it. */
  function encode(body) {
    if (body === undefined || body === null) return Promise.resolve({});
    if (typeof body === "string") return Promise.resolve({ data: body, type: "text/plain;charset=UTF-8" });
    var r = new Response(body);
    return r.arrayBuffer().then(function (b) { return { data: { $base64: base64(b) }, type: r.headers.get("content-type") }; });
  }

  scope.fetch = function (input, options) {
    return Promise.resolve(env.resolve(typeof input === "string" || input instanceof URL ? String(input) : input.url)).then(function (href) {
      if (env.own(href)) return nativeFetch.call(scope, href, { signal: options && options.signal }); // a file: headers would only be asked about
      if (!/^https?:/.test(href)) return nativeFetch.call(scope, input, options);
      var request = typeof input === "object" && !(input instanceof URL) ? input : undefined;
      var o = options || {};
      var method = String(o.method || (request && request.method) || "GET").toUpperCase();
      var header = {};
      new Headers(o.headers || (request && request.headers) || {}).forEach(function (value, name) { header[name] = value; });
      var signal = o.signal || (request && request.signal);
      if (signal && signal.aborted) throw signal.reason;
      var body = o.body !== undefined ? Promise.resolve(o.body) : request && method !== "GET" && method !== "HEAD" ? request.blob() : Promise.resolve();
      var answered = body.then(encode).then(function (b) {
        if (b.type && !header["content-type"]) header["content-type"] = b.type;
        return env.call("request", { url: href, method: method, header: header, data: b.data, dataType: "text", responseType: "arraybuffer" });
      }).then(
        function (r) {
          var empty = [101, 204, 205, 304].indexOf(r.statusCode) >= 0;
          var out = new Response(empty ? null : bytes(r.data), { status: r.statusCode, headers: r.header || {} });
          Object.defineProperty(out, "url", { value: href });
          return out;
        },
        function (err) { throw new TypeError((err && err.errMsg) || "request failed"); },
      );
      if (!signal) return answered;
      return Promise.race([answered, new Promise(function (_, reject) { signal.addEventListener("abort", function () { reject(signal.reason); }); })]);
    });
  };

  /** Has an object's onX be called, as the elements of a page do. */
  function handlers(target, types) {
    types.forEach(function (type) {
      target["on" + type] = null;
      target.addEventListener(type, function (e) { if (typeof target["on" + type] === "function") target["on" + type].call(target, e); });
    });
  }

  class XHR extends EventTarget {
    constructor() {
      super();
      Object.assign(this, { readyState: 0, status: 0, statusText: "", response: "", responseType: "", responseURL: "", timeout: 0, withCredentials: false, upload: new EventTarget() });
      handlers(this, ["readystatechange", "loadstart", "progress", "load", "loadend", "error", "abort", "timeout"]);
      handlers(this.upload, ["progress", "load", "error"]);
    }
    get responseText() {
      if (this.responseType !== "" && this.responseType !== "text") throw new DOMException("responseText is there for text only", "InvalidStateError");
      return this.response || "";
    }
    get responseXML() { return null; }
    open(method, url, async) {
      if (async === false) throw new DOMException("an H5 app has no requests that wait", "InvalidAccessError");
      Object.assign(this, { _method: method, _url: url, _headers: {}, _got: null });
      this._state(1);
    }
    setRequestHeader(name, value) {
      if (this.readyState !== 1) throw new DOMException("open comes first", "InvalidStateError");
      this._headers[name] = this._headers[name] ? this._headers[name] + ", " + value : String(value);
    }
    send(body) {
      if (this.readyState !== 1) throw new DOMException("open comes first", "InvalidStateError");
      var self = this;
      var run = (this._run = new AbortController());
      var late = this.timeout > 0 ? setTimeout(function () { self._fail("timeout"); }, this.timeout) : 0;
      this.dispatchEvent(new ProgressEvent("loadstart"));
      scope.fetch(this._url, { method: this._method, headers: this._headers, body: body === null || /^(GET|HEAD)$/i.test(this._method) ? undefined : body, signal: run.signal }).then(function (r) {
        if (self._run !== run) return;
        Object.assign(self, { _got: r.headers, status: r.status, statusText: r.statusText, responseURL: r.url });
        self._state(2);
        var type = self.responseType;
        return (type === "arraybuffer" ? r.arrayBuffer() : type === "blob" ? r.blob() : type === "json" ? r.text().then(function (t) { try { return JSON.parse(t); } catch (e) { return null; } }) : r.text()).then(function (value) {
          if (self._run !== run) return;
          clearTimeout(late);
          self.response = value;
          self._run = null;
          self._state(4);
          self._end("load");
        });
      }).catch(function () { if (self._run === run) self._fail("error"); }).finally(function () { clearTimeout(late); });
    }
    abort() { if (this._run) this._fail("abort"); }
    getResponseHeader(name) { return this._got ? this._got.get(name) : null; }
    getAllResponseHeaders() {
      var out = "";
      if (this._got) this._got.forEach(function (value, name) { out += name + ": " + value + "\r\n"; });
      return out;
    }
    overrideMimeType() {}
    _state(n) { this.readyState = n; this.dispatchEvent(new Event("readystatechange")); }
    _end(type) { this.dispatchEvent(new ProgressEvent(type)); this.dispatchEvent(new ProgressEvent("loadend")); }
    _fail(type) {
      var run = this._run;
      this._run = null;
      if (run) run.abort();
      Object.assign(this, { status: 0, response: this.responseType === "" || this.responseType === "text" ? "" : null });
      this._state(4);
      this._end(type);
    }
  }
  ["UNSENT", "OPENED", "HEADERS_RECEIVED", "LOADING", "DONE"].forEach(function (name, i) { XHR[name] = XHR.prototype[name] = i; });

  class Socket extends EventTarget {
    constructor(url, protocols) {
      super();
      var href = new URL(url).href;
      if (!/^wss?:/.test(href)) throw new DOMException("expected an address with ws or wss", "SyntaxError");
      Object.assign(this, { url: href, readyState: 0, protocol: "", extensions: "", bufferedAmount: 0, binaryType: "blob" });
      handlers(this, ["open", "message", "error", "close"]);
      var list = protocols === undefined ? [] : [].concat(protocols).map(String);
      this._line = env.open(href, list, this._told.bind(this));
    }
    _told(e) {
      if (this.readyState === 3) return;
      if (e.type === "open") this.readyState = 1;
      if (e.type === "close") {
        this.readyState = 3;
        return this.dispatchEvent(new CloseEvent("close", { code: e.code || 1006, reason: e.reason || "", wasClean: e.code === 1000 }));
      }
      if (e.type !== "message") return this.dispatchEvent(new Event(e.type));
      var data = bytes(e.data);
      this.dispatchEvent(new MessageEvent("message", { data: data instanceof ArrayBuffer && this.binaryType === "blob" ? new Blob([data]) : data }));
    }
    send(data) {
      if (this.readyState === 0) throw new DOMException("it is not open yet", "InvalidStateError");
      if (this.readyState !== 1) return;
      var line = this._line;
      if (typeof data === "string") line.send(data);
      else this._last = (this._last || Promise.resolve()).then(function () { return new Response(data).arrayBuffer(); }).then(function (b) { line.send({ $base64: base64(b) }); });
    }
    close(code, reason) {
      if (this.readyState >= 2) return;
      this.readyState = 2;
      this._line.close(code, reason);
    }
  }
  ["CONNECTING", "OPEN", "CLOSING", "CLOSED"].forEach(function (name, i) { Socket[name] = Socket.prototype[name] = i; });

  Object.defineProperty(scope, "XMLHttpRequest", { value: XHR, configurable: true, writable: true });
  Object.defineProperty(scope, "WebSocket", { value: Socket, configurable: true, writable: true });
}
