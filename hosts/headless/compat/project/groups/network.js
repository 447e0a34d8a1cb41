const peer = require("../lib/peer");

module.exports = [
  {
    title: "sends and gets data in every form",
    proves: ["request"],
    async run(t, api) {
      const got = await t.started("request", { url: `${peer}/echo`, data: { a: 1, b: "zwei" }, header: { "X-Word": "w" } });
      t.equal([got.statusCode, got.data.method, got.data.query, got.data.word], [200, "GET", "a=1&b=zwei", "w"], "a GET");
      const lower = Object.keys(got.header).find((k) => k.toLowerCase() === "x-peer");
      t.equal(got.header[lower], "dougong", "a header of the answer");
      const posted = await t.started("request", { url: `${peer}/echo`, method: "POST", data: { a: [1] } });
      t.equal(posted.data.body, '{"a":[1]}', "a POST as JSON");
      const form = await t.started("request", {
        url: `${peer}/echo`, method: "POST", data: { a: "1 2" }, header: { "content-type": "application/x-www-form-urlencoded" },
      });
      t.match(form.data.body, /^a=1(%20|\+)2$/, "a POST as a form");
      const text = await t.started("request", { url: `${peer}/file`, dataType: "text" });
      t.equal(text.data, "a file of the peer", "text");
      const bytes = await t.started("request", { url: `${peer}/file`, responseType: "arraybuffer" });
      t.equal(bytes.data instanceof ArrayBuffer && bytes.data.byteLength, 18, "bytes");
      t.equal((await t.started("request", { url: `${peer}/status` })).statusCode, 418, "a status that is no success to HTTP");
    },
  },
  {
    title: "a request that cannot be made fails, and one under way is aborted",
    proves: ["request"],
    async run(t, api) {
      await t.refused("request", { url: "http://127.0.0.1:1/" }, /^request:fail /);
      await t.refused("request", { url: "nonsense" }, /^request:fail /);
      const error = await t.within("the abort", (done) => {
        const task = api.request({ url: `${peer}/slow`, fail: done });
        task.abort();
      });
      t.equal(error.errMsg, "request:fail abort", "errMsg");
    },
  },
  {
    title: "uploads a file with fields, and reports its progress",
    proves: ["uploadFile"],
    async run(t, api) {
      const path = `${api.env.USER_DATA_PATH}/paper.txt`;
      api.getFileSystemManager().writeFileSync(path, "written here", "utf8");
      const options = { url: `${peer}/upload`, filePath: path, name: "paper", formData: { note: "n" } };
      const got = await t.started("uploadFile", options);
      t.equal([got.statusCode, got.data], [200, "n written here"], "the answer");
      const progress = await t.within("progress", (done) => {
        api.uploadFile({ ...options, fail: (e) => t.fail(e.errMsg), success() {} }).onProgressUpdate((p) => p.progress === 100 && done(p));
      });
      t.equal(progress.progress, 100, "progress");
    },
  },
  {
    title: "downloads into a temporary file or the one it is told",
    proves: ["downloadFile"],
    async run(t, api) {
      const got = await t.started("downloadFile", { url: `${peer}/file` });
      const fs = api.getFileSystemManager();
      t.equal([got.statusCode, fs.readFileSync(got.tempFilePath, "utf8")], [200, "a file of the peer"], "a temporary file");
      const filePath = `${api.env.USER_DATA_PATH}/kept.txt`;
      const kept = await t.started("downloadFile", { url: `${peer}/file`, filePath });
      t.equal([kept.filePath, fs.readFileSync(filePath, "utf8")], [filePath, "a file of the peer"], "a file of one's own");
      await t.refused("downloadFile", { url: "http://127.0.0.1:1/x" }, /^downloadFile:fail /);
    },
  },
  {
    title: "talks through a socket of its own",
    proves: ["connectSocket"],
    async run(t, api) {
      const url = `${peer.replace("http", "ws")}/socket`;
      const socket = api.connectSocket({ url, success() {} });
      await t.within("open", (done) => socket.onOpen(done));
      t.equal(socket.readyState, 1, "readyState");
      const text = await t.within("a message", (done) => {
        socket.onMessage(done);
        socket.send({ data: "hello" });
      });
      t.equal(text.data, "hello", "text");
      socket.offMessage && socket.offMessage();
      const bytes = await t.within("bytes", (done) => {
        socket.onMessage(done);
        socket.send({ data: new Uint8Array([1, 2, 3]).buffer });
      });
      t.equal([...new Uint8Array(bytes.data)], [1, 2, 3], "bytes");
      const closed = await t.within("close", (done) => {
        socket.onClose(done);
        socket.send({ data: "bye" });
      });
      t.equal(closed.code, 4001, "code");
    },
  },
  {
    title: "talks through the one socket of the old names",
    proves: [
      "connectSocket", "sendSocketMessage", "closeSocket", "onSocketOpen", "onSocketMessage", "onSocketClose", "onSocketError",
      "offSocketOpen", "offSocketMessage", "offSocketClose", "offSocketError",
    ],
    async run(t, api) {
      await t.refuses("sendSocketMessage", { data: "x" }, /^sendSocketMessage:fail /);
      await t.heard("onSocketOpen", () => void api.connectSocket({ url: `${peer.replace("http", "ws")}/socket`, fail() {} }));
      const got = await t.heard("onSocketMessage", () => t.works("sendSocketMessage", { data: "old" }));
      t.equal(got.data, "old", "text");
      await t.heard("onSocketClose", () => t.call("closeSocket", {}));
      for (const event of ["Open", "Message", "Close"]) api[`offSocket${event}`]();
      const error = await t.heard("onSocketError", () => void api.connectSocket({ url: "ws://127.0.0.1:1/", fail() {} }));
      t.ok(error.errMsg, "errMsg");
      api.offSocketError();
    },
  },
];
