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
  document.dispatchEvent(new Event("WeixinJSBridgeReady"));
})();
