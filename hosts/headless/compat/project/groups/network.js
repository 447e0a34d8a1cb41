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
    title: "tells header, cookies, pieces and timings",
    proves: ["request"],
    async run(t, api) {
      const pieces = [];
      let task;
      let headers;
      const got = await t.within("the answer", (success, fail) => {
        task = api.request({ url: `${peer}/chunks`, enableChunked: true, success, fail });
        task.onHeadersReceived((h) => {
          headers = h;
        });
        task.onChunkReceived(({ data }) => pieces.push(String.fromCharCode(...new Uint8Array(data))));
      });
      t.equal([pieces.join(""), pieces.length > 1], ["onetwothree", true], "the pieces");
      t.equal([headers.statusCode, headers.cookies.length], [200, 2], "what onHeadersReceived tells");
      t.equal([got.errMsg, got.statusCode, got.cookies.map((c) => c.split(";")[0])], ["request:ok", 200, ["a=1", "b=2"]], "the result");
      t.ok(Object.keys(got.header).some((k) => k.toLowerCase() === "x-lower"), "a header");
      for (const time of ["fetchStart", "requestStart", "requestEnd", "responseStart", "responseEnd", "connectStart", "connectEnd"]) {
        t.equal(typeof got.profile[time], "number", `profile.${time}`);
      }
      task.offChunkReceived();
      task.offHeadersReceived();
      t.equal((await t.started("request", { url: `${peer}/file` })).cookies, [], "cookies of an answer without any");
    },
  },
  {
    title: "makes ten requests at a time, and lets others wait",
    proves: ["request"],
    async run(t, api) {
      const errors = [];
      const all = await Promise.all(Array.from({ length: 25 }, (_, i) => new Promise((resolve) => {
        const task = api.request({ url: `${peer}/crowd`, success: ({ data }) => resolve(data), fail: ({ errMsg }) => resolve(errors.push(errMsg)) });
        if (i === 24) task.abort(); // it waits
      })));
      t.equal(Math.max(...all.slice(0, 24)), 10, "the largest crowd");
      t.equal(errors, ["request:fail abort"], "what became of the one that was aborted");
    },
  },
  {
    title: "keeps answers that rules name, for when the network is weak",
    proves: ["createCacheManager", "request"],
    async run(t, api) {
      const manager = api.createCacheManager({ origin: peer, mode: "weakNetwork" });
      manager.clearRules();
      manager.clearCaches();
      const [id] = manager.addRules([{ id: "echo", url: "/echo", method: "GET", dataSchema: [{ name: "a", schema: /^\d$/ }] }]);
      t.equal([id, manager.state, manager.mode], ["echo", 0, "weakNetwork"], "the manager");
      manager.start();
      const ask = (data) => t.started("request", { url: `${peer}/echo`, data });
      const first = await ask({ a: "1" });
      const asked = { url: `${peer}/echo`, data: { a: "1" } };
      t.equal([first.fromCache, manager.match(asked).ruleId, manager.match({ ...asked, data: { a: "x" } })], [undefined, "echo", null], "what is kept");
      t.equal((await ask({ a: "1" })).fromCache, undefined, "while the network is well");
      api.createCacheManager({ mode: "always" });
      let told;
      manager.on("request", (e) => {
        told = e;
      });
      const again = await ask({ a: "1" });
      t.equal([again.fromCache, again.data, again.errMsg, told.fromCache], [true, first.data, "request:ok", true], "from what is kept");
      t.equal((await ask({ a: "2" })).fromCache, undefined, "what is not kept yet");
      manager.off("request");
      manager.deleteRule("echo");
      t.equal([(await ask({ a: "1" })).fromCache, manager.match(asked)], [undefined, null], "without the rule");
      manager.stop();
      t.throws(() => manager.addRule({ url: 7 }), /^CacheManager\.addRule:fail parameter error: parameter\.url should be String or RegExp instead of Number;/, "addRule");
      t.throws(() => manager.on("other", () => {}), /^CacheManager\.on:fail there is no event other/, "on");
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
  {
    title: "talks through a TCP socket",
    proves: ["createTCPSocket"],
    async run(t, api) {
      const [, address, port] = /^http:\/\/([\d.]+):(\d+)$/.exec(peer);
      const socket = api.createTCPSocket();
      const early = await t.within("the error of a write that is too early", (done) => {
        socket.onError(done);
        t.equal(socket.write("early"), undefined, "what write returns");
      });
      t.match(early.errMsg, /^write:fail /, "errMsg");
      socket.offError();
      await t.within("connect", (done) => {
        socket.onConnect(done);
        socket.onError((e) => t.fail(e.errMsg));
        socket.connect({ address, port: Number(port) });
      });
      let heard = "";
      const first = await t.within("an answer and the peer's end", (done) => {
        let first;
        socket.onMessage((m) => {
          first = first || m;
          heard += String.fromCharCode(...new Uint8Array(m.message));
        });
        socket.onClose(() => done(first));
        socket.write("GET /file HTTP/1.0\r\n");
        socket.write(new Uint8Array([13, 10]).buffer);
      });
      t.match(heard, /^HTTP\/1.0 200 OK\r\n[^]*\r\n\r\na file of the peer$/, "what it heard");
      t.equal([first.remoteInfo.address, first.remoteInfo.port, first.remoteInfo.family], [address, Number(port), "IPv4"], "who said it");
      t.ok(first.localInfo.port > 0, "localInfo");
      const other = api.createTCPSocket();
      const refused = await t.within("a refused connection", (done) => {
        other.onError(done);
        other.connect({ address, port: 1 });
      });
      t.match(refused.errMsg, /^connect:fail /, "errMsg of a port where nobody listens");
      const idle = api.createTCPSocket();
      await t.within("close", (done) => {
        idle.onClose(done);
        idle.close();
      });
    },
  },
  {
    title: "talks through a UDP socket",
    proves: ["createUDPSocket"],
    async run(t, api) {
      const [, address, port] = /^http:\/\/([\d.]+):(\d+)$/.exec(peer);
      const socket = api.createUDPSocket();
      let bound;
      await t.within("listening", (done) => {
        socket.onListening(done);
        bound = socket.bind();
      });
      t.ok(bound > 0, "the port");
      const hear = (message, more) => t.within("a message", (done) => {
        socket.offMessage();
        socket.onMessage(done);
        socket.send({ address, port: Number(port), message, ...more });
      });
      const text = await hear("hello");
      t.equal(String.fromCharCode(...new Uint8Array(text.message)), "hello", "text");
      t.equal([text.remoteInfo.port, text.remoteInfo.size, text.localInfo.port], [Number(port), 5, bound], "who said it, and to whom");
      const part = await hear(new Uint8Array([0, 1, 2, 3, 4]).buffer, { offset: 1, length: 3 });
      t.equal([...new Uint8Array(part.message)], [1, 2, 3], "a part of bytes");
      socket.connect({ address, port: Number(port) });
      const written = await t.within("an answer to write", (done) => {
        socket.offMessage();
        socket.onMessage(done);
        socket.write({ message: "w" });
      });
      t.equal(written.message.byteLength, 1, "written");
      const taken = api.createUDPSocket();
      const error = await t.within("the error of a port that is taken", (done) => {
        taken.onError(done);
        t.equal(taken.bind(bound), undefined, "what bind returns");
      });
      t.match(error.errMsg, /^bind:fail /, "errMsg");
      for (const one of [taken, socket]) {
        await t.within("close", (done) => {
          one.onClose(done);
          one.close();
        });
      }
    },
  },
];
