// Runs first in every page of an H5 app, within the page's own HTML so that nothing can keep it from running. It takes away
// what no policy of a browser covers: frames made of text (they would have none of this) and links that connect to a host or
// look up its name. What a page says in HTML is scrubbed before it is parsed, and what it does by nodes when it does it. Only
// what was there before the page's scripts is used here: they may change everything else.
(function () {
  "use strict";
  var framed = document.currentScript.hasAttribute("data-frames"); // it may have pages of the web in frames
  var apply = Reflect.apply;
  var define = Object.defineProperty;
  var describe = Object.getOwnPropertyDescriptor;
  var exec = RegExp.prototype.exec;
  var slice = String.prototype.slice;
  var lower = String.prototype.toLowerCase;
  var warn = console.warn.bind(console);
  var marked = new WeakSet(); // token lists of links
  var mark = marked.add.bind(marked);
  var isMarked = marked.has.bind(marked);

  function getter(proto, name) { return describe(proto, name).get; }
  var localName = getter(Element.prototype, "localName");
  var namespace = getter(Element.prototype, "namespaceURI");
  var attrName = getter(Attr.prototype, "localName");
  var attrValue = describe(Attr.prototype, "value");
  var nodeType = getter(Node.prototype, "nodeType");
  var firstChild = getter(Node.prototype, "firstChild");
  var getAttribute = Element.prototype.getAttribute;
  var setAttribute = Element.prototype.setAttribute;
  var removeAttribute = Element.prototype.removeAttribute;
  var remove = Element.prototype.remove;
  var select = DocumentFragment.prototype.querySelectorAll;
  var selectIn = Document.prototype.querySelectorAll;
  var content = getter(HTMLTemplateElement.prototype, "content");
  var setInner = describe(Element.prototype, "innerHTML").set;
  var inert = document.implementation.createHTMLDocument("").createElement("template");

  // The page makes policies of trusted types by these two: its own are made over ours.
  var factory = window.trustedTypes;
  var isHTML = factory ? factory.isHTML.bind(factory) : function () { return false; };
  var raw = factory ? factory.createPolicy("dougong", { createHTML: function (s) { return s; } }) : null;
  var makeRaw = raw ? raw.createHTML.bind(raw) : function (s) { return s; };
  function same(s) { return s; }
  var policy = factory
    ? factory.createPolicy("default", { createHTML: function (s, _, sink) { return sink === "HTMLIFrameElement srcdoc" ? refuse() : scrub(s); }, createScript: same, createScriptURL: same })
    : null;

  function refuse() {
    warn("an H5 app makes no frame of text (srcdoc)");
    return "";
  }
  var CONNECTS = "preconnect|dns-prefetch|prefetch|prerender|compression-dictionary";
  var connects = new RegExp("(?:^|[\\t\\n\\f\\r ])(?:" + CONNECTS + ")(?![^\\t\\n\\f\\r ])", "i");
  function isBad(rel) { return apply(exec, connects, ["" + rel]) !== null; }
  /** A link's rel without what connects. */
  function cleaned(rel) {
    rel = "" + rel;
    for (var m; (m = apply(exec, connects, [rel])); ) rel = apply(slice, rel, [0, m.index]) + apply(slice, rel, [m.index + m[0].length]);
    return rel;
  }

  var never = framed ? /^(?:.*:)?(?:object|embed)$/is : /^(?:.*:)?(?:i?frame|object|embed)$/is;
  /** Tells whether a page may have an element of a name. */
  function mayBe(name) { return apply(exec, never, [name]) === null; }

  var suspect = /srcdoc|[<:](?:link|i?frame|object|embed)/i;
  /**
   * HTML without frames of text and links that connect: the name of the attribute, and the tag's, stand in it literally,
   * wherever in it the parser is. What may be such a tag is read by the parser from there on, apart from the page.
   */
  function scrub(text) {
    text = "" + text;
    if (apply(exec, suspect, [text]) === null) return text;
    var places = /srcdoc(?=[\t\n\f\r ]*(?:=|$))|<(?:[^\t\n\f\r <>\/:]*:)?(link|(?:i?frame|object|embed)(?=[\t\n\f\r \/>]|$))/gi;
    var out = "";
    var at = 0;
    for (var m; (m = apply(exec, places, [text])); ) {
      var start = m[1] ? places.lastIndex - m[1].length : m.index;
      var link = m[1] && m[1].length === 4;
      if (link ? !linkConnects("<" + apply(slice, text, [start, start + (1 << 20)])) : m[1] && mayBe(m[1])) continue;
      out += apply(slice, text, [at, start]) + (link ? "meta" : m[1] ? "no-" + m[1] : "srcnot");
      at = places.lastIndex;
    }
    return out + apply(slice, text, [at]);
  }
  function linkConnects(text) {
    apply(setInner, inert, [makeRaw(text)]);
    var el = apply(firstChild, apply(content, inert, []), []);
    if (!el || apply(nodeType, el, []) !== 1) return true; // its end is not there yet, and may be anything
    return apply(localName, el, []) === "link" && isBad(apply(getAttribute, el, ["rel"]));
  }
  /** The same for what has been parsed apart from the page. */
  function scrubTree(root, by) {
    var list = apply(by, root, ["link[rel], iframe, frame, object, embed, template"]);
    for (var i = 0, el; (el = list[i]); i++) {
      if (apply(namespace, el, []) !== "http://www.w3.org/1999/xhtml") continue; // a feed has objects of its own
      var name = apply(localName, el, []);
      if (name === "link") apply(setAttribute, el, ["rel", cleaned(apply(getAttribute, el, ["rel"]))]);
      else if (name === "iframe" || name === "frame") framed ? apply(removeAttribute, el, ["srcdoc"]) : apply(remove, el, []);
      else if (name === "object" || name === "embed") apply(remove, el, []);
      else scrubTree(apply(content, el, []), select);
    }
    return root;
  }
  function html(value) { return isHTML(value) ? value : scrub(value === null ? "" : value); }

  /**
   * Puts a function in place of one of the browser's, which is then out of reach. A page may put in its own, over it.
   */
  function wrap(proto, name, make) {
    var d = proto && describe(proto, name);
    if (!d) return;
    var made = make(d.value || d.set, d.get);
    if (d.value) define(proto, name, { value: made, writable: true, configurable: true, enumerable: d.enumerable });
    else define(proto, name, { get: made.get || d.get, set: made.set || made, configurable: true, enumerable: d.enumerable });
  }
  /** Has an argument of a function, or what is set, scrubbed. */
  function sink(index) {
    return function (native) {
      return { method() {
        if (arguments.length > index) arguments[index] = html(arguments[index]);
        return apply(native, this, arguments);
      } }.method;
    };
  }
  var says = { innerHTML: 0, outerHTML: 0, insertAdjacentHTML: 1, setHTML: 0, setHTMLUnsafe: 0, parseHTML: 0, parseHTMLUnsafe: 0 };
  [Element.prototype, ShadowRoot.prototype, Document.prototype, Document, Range.prototype].forEach(function (proto) {
    Object.getOwnPropertyNames(proto).forEach(function (name) {
      if (!/HTML/.test(name) || name === "getHTML") return;
      if (says[name] === undefined) delete proto[name]; // a way to say HTML that came later than this script
      else wrap(proto, name, sink(says[name]));
    });
  });
  wrap(Range.prototype, "createContextualFragment", sink(0));
  wrap(Document.prototype, "execCommand", sink(2));
  wrap(DOMParser.prototype, "parseFromString", function (native) {
    return function parseFromString(text, type) { return scrubTree(apply(native, this, [makeRaw("" + text), type]), selectIn); };
  });

  // What is written comes in parts, and the parser puts them together with each other and with what follows in the page. So no
  // part ends within one of the names, or right behind a tag's: the beginning of a tag waits for the next part, that of the attribute
  // is ended.
  var held = "";
  var inTag = /<(?:l(?:in?)?|i?f(?:r(?:a(?:me?)?)?)?|i|o(?:b(?:j(?:e(?:ct?)?)?)?)?|e(?:m(?:b(?:ed?)?)?)?)?$/i;
  var inName = /(?:^|[\t\n\f\r "'\/])(?:srcdo?|src?|s)$/i;
  var write = Document.prototype.write;
  function written(end) {
    return function () {
      return { method() {
        var text = held;
        for (var i = 0; i < arguments.length; i++) text += arguments[i];
        text += end;
        var m = apply(exec, inTag, [text]);
        held = m ? m[0] : "";
        if (m) text = apply(slice, text, [0, m.index]);
        text = scrub(text);
        if (apply(exec, inName, [text]) !== null) text += "<!---->";
        return apply(write, this, [makeRaw(text)]);
      } }.method;
    };
  }
  wrap(Document.prototype, "write", written(""));
  wrap(Document.prototype, "writeln", written("\n"));

  // Where no page of the web may be in a frame, there is none, and nowhere is what is a frame by another name: a browser looks up
  // the host that one goes to before it asks a policy.
  ["createElement", "createElementNS"].forEach(function (name, index) {
    wrap(Document.prototype, name, function (native) {
      return { method() {
        if (arguments.length > index) {
          var tag = (arguments[index] = "" + arguments[index]);
          if (!mayBe(tag)) arguments[index] = "no-frame";
        }
        return apply(native, this, arguments);
      } }.method;
    });
  });
  wrap(window.DOMImplementation.prototype, "createDocument", function (native) {
    return { method() {
      if (arguments.length > 1) {
        var tag = (arguments[1] = arguments[1] === null ? "" : "" + arguments[1]);
        if (!mayBe(tag)) arguments[1] = "no-frame";
      }
      return apply(native, this, arguments);
    } }.method;
  });
  wrap(window.CustomElementRegistry.prototype, "define", function (native) {
    return { method(name, made, options) {
      var base = options === null || options === undefined ? undefined : options.extends;
      if (base === undefined) return apply(native, this, [name, made]);
      base = "" + base;
      if (!mayBe(base)) throw new TypeError("an H5 app has no frames of its own");
      return apply(native, this, [name, made, { __proto__: null, extends: base }]);
    } }.method;
  });

  // Attributes that are set without HTML.
  function guarded(name) {
    name = "" + name;
    if (name.length !== 3 && name.length !== 6) return "";
    name = apply(lower, name, []);
    return name === "rel" || name === "srcdoc" ? name : "";
  }
  function attribute(index) {
    return function (native) {
      return { method() {
        if (arguments.length > index + 1) {
          var name = (arguments[index] = "" + arguments[index]);
          var which = guarded(name);
          if (which !== "") {
            var on = apply(localName, this, []);
            if (which === "srcdoc" && on === "iframe") return void refuse();
            if (which === "rel" && on === "link") arguments[index + 1] = cleaned(arguments[index + 1]);
          }
        }
        return apply(native, this, arguments);
      } }.method;
    };
  }
  wrap(Element.prototype, "setAttribute", attribute(0));
  wrap(Element.prototype, "setAttributeNS", attribute(1));
  function attributeNode(native) {
    return { method(attr) {
      var which = guarded(apply(attrName, attr, []));
      if (which === "srcdoc") {
        refuse();
        return null;
      }
      if (which === "rel") apply(attrValue.set, attr, [cleaned(apply(attrValue.get, attr, []))]);
      return apply(native, this, arguments);
    } }.method;
  }
  ["setAttributeNode", "setAttributeNodeNS"].forEach(function (name) { wrap(Element.prototype, name, attributeNode); });
  ["setNamedItem", "setNamedItemNS"].forEach(function (name) { wrap(NamedNodeMap.prototype, name, attributeNode); });
  function ofAttribute(native) {
    return function (value) {
      if (apply(nodeType, this, []) === 2) {
        var which = guarded(apply(attrName, this, []));
        if (which === "srcdoc") return void refuse();
        if (which === "rel") value = cleaned(value);
      }
      apply(native, this, [value]);
    };
  }
  wrap(Attr.prototype, "value", ofAttribute);
  wrap(Node.prototype, "nodeValue", ofAttribute);
  wrap(Node.prototype, "textContent", ofAttribute);
  wrap(HTMLIFrameElement.prototype, "srcdoc", function () { return function () { refuse(); }; });
  function relation(native) { return function (value) { apply(native, this, [cleaned(value)]); }; }
  wrap(HTMLLinkElement.prototype, "rel", relation);
  wrap(HTMLLinkElement.prototype, "relList", function (native, get) {
    return {
      get: function () { var list = apply(get, this, []); mark(list); return list; },
      set: relation(native),
    };
  });
  wrap(DOMTokenList.prototype, "add", function (native) {
    return { method() {
      if (!isMarked(this)) return apply(native, this, arguments);
      for (var i = 0; i < arguments.length; i++) {
        var token = "" + arguments[i];
        if (!isBad(token)) apply(native, this, [token]);
      }
    } }.method;
  });
  wrap(DOMTokenList.prototype, "toggle", function (native) {
    return { method(token) {
      if (isMarked(this) && isBad((arguments[0] = "" + token))) return false;
      return apply(native, this, arguments);
    } }.method;
  });
  wrap(DOMTokenList.prototype, "replace", function (native) {
    return { method(old, token) {
      if (isMarked(this) && isBad((arguments[1] = "" + token))) return false;
      return apply(native, this, arguments);
    } }.method;
  });
  wrap(DOMTokenList.prototype, "value", function (native) {
    return function (value) { apply(native, this, [isMarked(this) ? cleaned(value) : value]); };
  });

  // A page's own policies are rules before ours.
  if (factory) {
    wrap(TrustedTypePolicyFactory.prototype, "createPolicy", function () {
      return function createPolicy(name, rules) {
        var made = Object.create(TrustedTypePolicy.prototype);
        define(made, "name", { value: "" + name, enumerable: true });
        ["createHTML", "createScript", "createScriptURL"].forEach(function (kind) {
          var rule = rules && rules[kind];
          var into = policy[kind].bind(policy);
          define(made, kind, { value: { method(input) {
            if (typeof rule !== "function") throw new TypeError("policy " + name + " has no " + kind);
            arguments[0] = "" + input;
            var value = apply(rule, undefined, arguments);
            return into(value === null || value === undefined ? "" : "" + value);
          } }.method });
        });
        return Object.freeze(made);
      };
    });
  }

  // It speaks to hosts by datagrams, which no policy holds; the other makes elements of names that stand nowhere.
  ["RTCPeerConnection", "webkitRTCPeerConnection", "XSLTProcessor"].forEach(function (name) { delete window[name]; });
  // WebKit knows no policy for devices, and gives the clipboard to whoever asks; wx has it, and asks the user.
  delete Navigator.prototype.clipboard;
  // What browsers have for advertisers, where they still do.
  ["joinAdInterestGroup", "leaveAdInterestGroup", "updateAdInterestGroups", "runAdAuction", "getInterestGroupAdAuctionData", "createAuctionNonce"].forEach(function (name) { delete Navigator.prototype[name]; });
  document.currentScript.remove();
})();
