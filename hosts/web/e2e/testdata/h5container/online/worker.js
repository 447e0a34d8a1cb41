importScripts("part.js");
onmessage = async (e) => {
  const out = { part };
  try {
    out.fetched = await (await fetch(e.data + "/echo", { method: "POST", body: "from a worker" })).text();
    out.own = (await fetch("style.txt")).status;
    out.socket = await new Promise((done, fail) => {
      const s = new WebSocket(e.data.replace("http", "ws") + "/socket");
      s.onopen = () => s.send("worker");
      s.onmessage = (m) => { done(m.data); s.close(); };
      s.onerror = () => fail(new Error("socket"));
    });
  } catch (err) {
    out.error = String(err);
  }
  postMessage(out);
};
