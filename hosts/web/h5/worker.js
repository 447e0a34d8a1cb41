// What a worker of an H5 app begins with: requests and sockets go by the page that made it, whose bridge asks the host.
var begun = self.__dougong.href;
var module = self.__dougong.module;
delete self.__dougong;
var port;
var base;
var known;
var ready = new Promise(function (resolve) { known = resolve; });
var waiting = new Map();
var count = 0;

self.addEventListener("message", function first(e) {
  if (!e.data || e.data.dougong !== "port") return;
  e.stopImmediatePropagation(); // the worker's own script does not hear it
  self.removeEventListener("message", first);
  port = e.ports[0];
  port.onmessage = function (m) {
    var told = waiting.get(m.data.n);
    if (told) told(m.data);
  };
  base = e.data.base;
  known(e.data);
});
function post(message) {
  ready.then(function () { port.postMessage(message); });
}
if (module) {
  // A page whose origin is nobody's can begin no worker by a module; this one loads it, and what is said meanwhile waits.
  var held = [];
  var hold = function (e) {
    e.stopImmediatePropagation();
    held.push(e);
  };
  self.addEventListener("message", hold);
  import(begun).then(
    function () {
      self.removeEventListener("message", hold);
      held.forEach(function (e) { self.dispatchEvent(new MessageEvent("message", { data: e.data, ports: Array.from(e.ports) })); });
    },
    function (err) { setTimeout(function () { throw err; }); },
  );
} else {
  var load = self.importScripts.bind(self);
  self.importScripts = function () {
    return load.apply(null, Array.from(arguments, function (url) { return new URL(url, begun).href; }));
  };
}
net(self, {
  resolve: function (url) { return ready.then(function (e) { return new URL(url, e.href).href; }); },
  own: function (href) { return href.startsWith(base); },
  call: function (api, args) {
    return new Promise(function (resolve, reject) {
      var n = ++count;
      waiting.set(n, function (m) {
        waiting.delete(n);
        (m.ok ? resolve : reject)(m.value);
      });
      post({ n: n, api: api, args: args });
    });
  },
  open: function (url, protocols, told) {
    var n = ++count;
    waiting.set(n, function (m) { told(m.event); });
    post({ n: n, open: { url: url, protocols: protocols } });
    return {
      send: function (data) { post({ n: n, send: data }); },
      close: function (code, reason) { post({ n: n, close: { code: code, reason: reason } }); },
    };
  },
});
