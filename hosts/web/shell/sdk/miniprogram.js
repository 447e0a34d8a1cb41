// For pages of the web inside <web-view>: wx.miniProgram, and the bridge that WeChat's own script looks for.
(function () {
  "use strict";
  if (window.parent === window) return;
  var calls = ["navigateTo", "redirectTo", "reLaunch", "switchTab", "navigateBack", "postMessage"];

  function send(name, arg) {
    var plain = {};
    Object.keys(arg || {}).forEach(function (key) {
      if (typeof arg[key] !== "function") plain[key] = arg[key];
    });
    window.parent.postMessage({ dougong: "miniProgram", name: name, arg: plain }, "*");
  }

  function call(name) {
    return function (options) {
      var o = options || {};
      send(name, o);
      var result = { errMsg: name + ":ok" };
      if (o.success) o.success(result);
      if (o.complete) o.complete(result);
    };
  }

  window.__wxjs_environment = "miniprogram";
  window.__dougong_environment = "miniprogram";
  window.WeixinJSBridge = window.WeixinJSBridge || {
    invoke: function (api, args, callback) {
      var known = api === "invokeMiniProgramAPI" && calls.indexOf(args.name) >= 0;
      if (known) send(args.name, args.arg);
      if (callback) callback({ err_msg: known ? api + ":ok" : api + ":fail not supported" });
    },
    on: function () {},
  };
  var wx = (window.wx = window.wx || {});
  if (!wx.miniProgram) {
    wx.miniProgram = { getEnv: function (callback) { callback({ miniprogram: true }); } };
    calls.forEach(function (name) { wx.miniProgram[name] = call(name); });
  }
  // WeChat's own script, as a file or from npm, takes jWeixin for itself if there is one; without it, it would wait for WeChat.
  var ready = [];
  var configured = false;
  function unsupported(name, result) {
    return function (options) {
      var o = options || {};
      var r = result ? result(o) : { errMsg: name + ":fail not supported in a web-view" };
      if (result && o.success) o.success(r);
      if (!result && o.fail) o.fail(r);
      if (o.complete) o.complete(r);
    };
  }
  var own = {
    config: function () { configured = true; setTimeout(function () { ready.splice(0).forEach(function (f) { f(); }); }); },
    ready: function (f) { if (configured) setTimeout(f); else ready.push(f); },
    error: function () {},
    checkJsApi: unsupported("checkJsApi", function (o) {
      var known = {};
      (o.jsApiList || []).forEach(function (name) { known[name] = false; });
      return { checkResult: known, errMsg: "checkJsApi:ok" };
    }),
  };
  Object.keys(own).forEach(function (name) { if (!wx[name]) wx[name] = own[name]; });
  if (!window.jWeixin) {
    window.jWeixin = new Proxy(wx, {
      get: function (_, name) { return name in wx || typeof name !== "string" || name === "then" ? wx[name] : unsupported(name); },
    });
  }
  document.dispatchEvent(new Event("WeixinJSBridgeReady"));
})();
