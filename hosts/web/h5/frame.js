// The document around an H5 app's pages. They are in a frame that can go nowhere but within the app: this document's policy
// says so, and what a page asks for is passed on to the shell from here.
(function () {
  "use strict";
  var zh = /^zh/i.test(navigator.language || "");
  var text = zh
    ? { leave: "这个页面想离开应用", download: "这个页面想下载文件", open: "这个页面想打开新窗口", gone: "页面打不开", why: "应用只能在自己的页面之间跳转；离开、下载和新窗口默认禁止。", missing: "应用里没有这个页面，或它离开了应用。", back: "返回应用", start: "回到首页" }
    : { leave: "This page wants to leave the app", download: "This page wants to download a file", open: "This page wants to open a window", gone: "The page does not open", why: "An app goes from one of its own pages to another; leaving, downloads and windows are refused by default.", missing: "The app has no such page, or it left the app.", back: "Back to the app", start: "To the first page" };
  var init = window.name;
  var start = "h5/" + decodeURIComponent(location.hash.slice(1));
  var frame = document.createElement("iframe");
  var note = document.createElement("main");
  var greeted = false;
  var timer = 0;

  function say(title, why, label, then) {
    note.textContent = "";
    var h = document.createElement("h1");
    h.style.cssText = "font-size:19px;margin:0";
    h.textContent = title;
    note.append(h);
    why.forEach(function (line) {
      var p = document.createElement("p");
      p.textContent = line;
      note.append(p);
    });
    var b = document.createElement("button");
    b.textContent = label;
    b.onclick = function () {
      note.hidden = true;
      frame.hidden = false;
      then();
    };
    note.append(b);
    note.hidden = false;
    frame.hidden = true;
    b.focus();
  }

  function begin() {
    greeted = false;
    frame.name = init;
    frame.src = start;
  }

  // A page of the app greets before it is loaded; what does not is none.
  frame.onload = function () {
    clearTimeout(timer);
    timer = setTimeout(function () {
      if (!greeted) say(text.gone, [text.missing], text.start, begin);
      greeted = false;
    }, 500);
  };

  window.addEventListener("message", function (e) {
    var data = e.data;
    if (typeof data !== "object" || data === null) return;
    if (e.source === window.parent) {
      if (data.dougong === "h5") frame.contentWindow.postMessage({ dougong: "answer", message: data.message }, "*");
      return;
    }
    if (e.source !== frame.contentWindow) return; // forged by another frame
    if (data.dougong === "hello") greeted = true;
    else if (data.dougong === "kept" && typeof data.name === "string") init = data.name;
    else if (data.dougong === "refused") {
      say(text[data.kind] || text.leave, [String(data.to || "").slice(0, 300), text.why], text.back, function () {});
    } else if (data.dougong === "ask" && typeof data.ask === "object") {
      window.parent.postMessage({ dougong: "miniProgram", name: "h5", arg: data.ask }, "*");
    }
  });

  frame.setAttribute("sandbox", "allow-scripts allow-forms");
  frame.referrerPolicy = "no-referrer";
  frame.title = "H5";
  note.setAttribute("role", "alert");
  note.hidden = true;
  begin(); // before it is put in: a frame that is there keeps its name from its page
  document.body.append(frame, note);
})();
