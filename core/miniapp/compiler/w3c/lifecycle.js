// The lifecycle of the W3C's draft on top of App and Page: global.getGlobalState and Page.getPageState take callbacks.
"use strict";

function functions(args) {
  return Array.prototype.filter.call(args, function (arg) { return typeof arg === "function"; });
}

function all(callbacks, i, input) {
  callbacks.forEach(function (list) { if (list[i]) list[i](input); });
}

function queryOf(query) {
  return Object.keys(query || {}).map(function (key) { return key + "=" + query[key]; }).join("&");
}

function inputOf(options) {
  var referrer = options.referrerInfo || {};
  return { inputQuery: queryOf(options.query), pagePath: options.path, referrerInfo: referrer.appId ? JSON.stringify(referrer) : "" };
}

var states = [];

exports.start = function () {
  globalThis.getGlobalState = function () { states.push(functions(arguments)); };
};

exports.app = {
  onLaunch: function (options) { all(states, 0, inputOf(options)); },
  onShow: function (options) { all(states, 1, inputOf(options)); },
  onHide: function () { all(states, 2); },
  onError: function (message) { all(states, 3, { errorDescription: String(message) }); },
};

// page makes what a page's script sees as Page: it may call it as a constructor, ask for its state, or do nothing.
exports.page = function (path, define) {
  var callbacks = [], options = {};
  function Page(given) { options = given || {}; }
  Page.getPageState = function () { callbacks.push(functions(arguments)); };
  globalThis.getPageState = Page.getPageState;
  Page.register = function () {
    var made = Object.assign({}, options);
    ["onLoad", "onReady", "onShow", "onHide", "onUnload"].forEach(function (name, i) {
      var own = options[name];
      made[name] = function (query) {
        all(callbacks, i, name === "onLoad" ? { inputQuery: queryOf(query), pagePath: path } : undefined);
        return own && own.apply(this, arguments);
      };
    });
    define(made);
  };
  return Page;
};
