// The document around an H5 app's pages. They are in a frame that can go nowhere but within the app: this document's policy
// says so, and what a page asks for is passed on to the shell from here.
(function () {
  "use strict";
  var given = JSON.parse(decodeURIComponent(location.hash.slice(1)));
  var text = given.words; // the shell's: in the language that its user speaks
  var init = window.name;
  var start = "h5/" + given.start;
  var frame = document.createElement("iframe");
  var note = document.createElement("main");
  var timer = 0;
  var asked = 0; // which question the page in the frame has to answer
  var gone = false;

  var said = null; // what the note says: keys of text, and an address

  function speak() {
    document.documentElement.lang = text.language;
    document.documentElement.dir = text.direction;
    if (!said) return;
    note.querySelector("h1").textContent = text[said.title];
    note.querySelector("p").textContent = said.to;
    note.querySelector("p + p").textContent = text[said.why];
    note.querySelector("button").textContent = text[said.label];
  }
  function say(what, then) {
    gone = false;
    said = what;
    note.textContent = "";
    var h = document.createElement("h1");
    h.style.cssText = "font-size:19px;margin:0";
    var b = document.createElement("button");
    b.onclick = function () {
      note.hidden = true;
      frame.hidden = false;
      then();
    };
    note.append(h, document.createElement("p"), document.createElement("p"), b);
    speak();
    note.querySelector("p").hidden = what.to === "";
    note.hidden = false;
    frame.hidden = true;
    b.focus();
  }

  function begin() {
    frame.name = init;
    frame.src = start;
  }

  // A page of the app answers; what does not is none: the browser's own words in place of a page that it refused. One that was
  // only busy is shown again when it answers after all.
  frame.onload = function () {
    clearTimeout(timer);
    frame.contentWindow.postMessage({ dougong: "there", n: ++asked }, "*");
    timer = setTimeout(function () {
      say({ title: "gone", to: "", why: "missing", label: "start" }, begin);
      gone = true;
    }, 500);
  };
  function here() {
    clearTimeout(timer);
    if (!gone) return;
    gone = false;
    note.hidden = true;
    frame.hidden = false;
  }

  // What a page asks goes on as text that is measured here, and not faster than the host takes it: a page that floods waits for
  // itself alone.
  var MAX_SIZE = 8 << 20;
  var MAX_QUEUE = 1024;
  var TICK = 50; // ms
  // The host cuts off a frame that says more than 400 things a second, or 1,200 at once; a call is two of them.
  var BURST = 200;
  var PER_TICK = 6;
  var MAX_OPEN = 64; // calls that have no answer yet
  var open = new Set();
  var PATIENCE = 60000; // ms, after which a call that has no answer takes nobody's place
  var queue = [];
  var waits = 0; // characters in it
  var left = BURST;
  var ticking = false;

  function refuse(n, api, why) {
    if (typeof n !== "number" || typeof api !== "string") return;
    frame.contentWindow.postMessage({ dougong: "answer", message: { n: n, ok: false, value: { errMsg: api.slice(0, 64) + ":fail " + why } } }, "*");
  }
  function ask(message) {
    var text;
    try {
      text = JSON.stringify(message);
    } catch (e) {
      return refuse(message.n, message.api, "the arguments cannot be said in JSON: " + e.message);
    }
    if (text.length > MAX_SIZE) return refuse(message.n, message.api, "the arguments have " + text.length + " characters, at most " + MAX_SIZE + " go over");
    if (waits + text.length > 4 * MAX_SIZE) return refuse(message.n, message.api, waits + " characters wait already");
    if (queue.length >= MAX_QUEUE) return refuse(message.n, message.api, MAX_QUEUE + " calls wait already");
    queue.push(text);
    waits += text.length;
    pump();
  }
  function opened(n) {
    open.add(n);
    setTimeout(function () {
      if (open.delete(n)) pump();
    }, PATIENCE);
  }
  /** Tells whether what waits stores something: it comes from a page that may be gone, and no answer is needed. */
  function stores(text) {
    var message = JSON.parse(text);
    if (message.kept !== undefined || /^(set|remove|clear)Storage$/.test(message.api)) return true;
    waits -= text.length;
    return false;
  }
  function pump() {
    while (queue.length > 0 && left > 0 && open.size < MAX_OPEN) {
      left--;
      var text = queue.shift();
      waits -= text.length;
      var next = JSON.parse(text);
      if (typeof next.n === "number" && typeof next.api === "string") opened(next.n);
      window.parent.postMessage({ dougong: "miniProgram", name: "h5", arg: next }, "*");
    }
    if (ticking || left === BURST) return;
    ticking = true;
    setTimeout(function () {
      ticking = false;
      left = Math.min(BURST, left + PER_TICK);
      pump();
    }, TICK);
  }

  window.addEventListener("message", function (e) {
    var data = e.data;
    if (typeof data !== "object" || data === null) return;
    if (e.source === window.parent) {
      if (data.dougong === "speak") {
        text = data.words;
        speak();
      }
      if (data.dougong !== "h5") return;
      frame.contentWindow.postMessage({ dougong: "answer", message: data.message }, "*");
      if (data.message && open.delete(data.message.n)) pump();
      return;
    }
    if (e.source !== frame.contentWindow) return; // forged by another frame
    if (data.dougong === "fresh") {
      open.clear(); // whoever waits for the answers is gone
      queue = queue.filter(stores); // what a page stored is not undone by its leaving
    } else if (data.dougong === "here") {
      if (data.n === asked) here();
    }
    else if (data.dougong === "kept" && typeof data.name === "string") init = data.name;
    else if (data.dougong === "refused") {
      var kind = data.kind === "download" || data.kind === "open" ? data.kind : "leave"; // of the page's making
      say({ title: kind, to: String(data.to || "").slice(0, 300), why: "why", label: "back" }, function () {});
    } else if (data.dougong === "ask" && typeof data.ask === "object" && data.ask !== null) ask(data.ask);
  });

  speak();
  frame.setAttribute("sandbox", "allow-scripts allow-forms");
  frame.referrerPolicy = "no-referrer";
  frame.title = "H5";
  note.setAttribute("role", "alert");
  note.hidden = true;
  begin(); // before it is put in: a frame that is there keeps its name from its page
  document.body.append(frame, note);
})();
