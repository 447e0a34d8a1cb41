// The names of WeChat's JSSDK that a mini-program's wx does not have, or has under another name. Pages that were written for WeChat
// go on by them: config is granted, since who may call what is decided by the super-app when it is called.
function jssdk(own, call) {
  "use strict";
  var ready = [];
  var failed = [];
  var state = 0;

  function answer(o, ok, value) {
    if (ok && o.success) o.success(value);
    if (!ok && o.fail) o.fail(value);
    if (o.complete) o.complete(value);
    return ok ? Promise.resolve(value) : o.fail || o.complete ? Promise.resolve() : Promise.reject(value);
  }
  function refused(name, why) {
    return function (o) { return answer(o || {}, false, { errMsg: name + ":fail " + why }); };
  }
  /** One name is another, with other arguments and another answer. */
  function as(name, other, args, value) {
    return function (options) {
      var o = options || {};
      return call(other, args(o)).then(
        function (v) { return answer(o, true, Object.assign({}, value(v), { errMsg: name + ":ok" })); },
        function (e) { return answer(o, false, { errMsg: String((e && e.errMsg) || "").replace(other, name) }); },
      );
    };
  }

  own.config = function (o) {
    if (state !== 0) return;
    state = 1;
    setTimeout(function () {
      if (!o || !Array.isArray(o.jsApiList)) {
        state = -1;
        failed.forEach(function (f) { f({ errMsg: "config:fail jsApiList is no list" }); });
        return;
      }
      state = 2;
      ready.splice(0).forEach(function (f) { f(); });
    });
  };
  own.ready = function (f) {
    if (state === 2) setTimeout(f);
    else ready.push(f);
  };
  own.error = function (f) { failed.push(f); };
  own.checkJsApi = function (options) {
    var o = options || {};
    var list = Array.isArray(o.jsApiList) ? o.jsApiList.map(String) : [];
    return Promise.all(list.map(function (name) {
      return Object.prototype.hasOwnProperty.call(own, name) ? true : call("canIUse", { schema: name });
    })).then(function (known) {
      var checkResult = {};
      list.forEach(function (name, i) { checkResult[name] = known[i] === true; });
      return answer(o, true, { checkResult: checkResult, errMsg: "checkJsApi:ok" });
    });
  };
  own.scanQRCode = as("scanQRCode", "scanCode", function (o) { return { scanType: (o.scanType || []).map(function (t) { return t.replace("Code", ""); }) }; }, function (v) { return { resultStr: v.result }; });
  own.chooseWXPay = as("chooseWXPay", "requestPayment", function (o) {
    return { timeStamp: String(o.timestamp || o.timeStamp), nonceStr: o.nonceStr, package: o.package, signType: o.signType, paySign: o.paySign };
  }, function () { return {}; });
  own.closeWindow = as("closeWindow", "exitMiniProgram", function () { return {}; }, function () { return {}; });

  own.miniProgram = {
    getEnv: function (f) { f({ miniprogram: true, h5: true }); },
    navigateBack: function (options) {
      history.go(-(Number(options && options.delta) || 1));
      return answer(options || {}, true, { errMsg: "navigateBack:ok" });
    },
  };
  ["navigateTo", "redirectTo", "switchTab", "reLaunch", "postMessage"].forEach(function (name) {
    own.miniProgram[name] = refused(name, "an H5 app has no pages of a mini-program around it");
  });
}
