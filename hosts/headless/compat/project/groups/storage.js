module.exports = [
  {
    title: "keeps values of every type, and says what it does not have",
    proves: ["setStorage", "getStorage", "removeStorage"],
    async run(t) {
      for (const data of ["text", 7, true, null, [1, "two", { three: 3 }], { deep: { er: "" } }]) {
        await t.works("setStorage", { key: "k", data });
        t.equal((await t.works("getStorage", { key: "k" })).data, data, "what was stored");
      }
      await t.works("removeStorage", { key: "k" });
      await t.refuses("getStorage", { key: "k" }, "data not found");
    },
  },
  {
    title: "keeps dates and every number, as values of their own",
    proves: ["setStorage", "getStorage", "setStorageSync", "getStorageSync", "batchSetStorageSync", "batchGetStorageSync", "getStorageInfoSync"],
    async run(t, api) {
      const when = new Date(1700000000000);
      await t.works("setStorage", { key: "when", data: when });
      const { data } = await t.works("getStorage", { key: "when" });
      t.equal([data instanceof Date, data.getTime()], [true, 1700000000000], "a date");
      t.equal(api.setStorageSync("none", NaN), undefined, "what setStorageSync returns");
      t.ok(Number.isNaN(api.getStorageSync("none")), "NaN");
      api.setStorageSync("marked", { $dougong: "date", value: 1 });
      t.equal(api.getStorageSync("marked"), { $dougong: "date", value: 1 }, "an object that looks like what dates are kept as");
      api.setStorageSync("inside", { when });
      t.equal(api.getStorageSync("inside"), { when: when.toISOString() }, "a date in an object");
      api.batchSetStorageSync([{ key: "a", value: when }, { key: "b", value: -Infinity }]);
      const [a, b] = api.batchGetStorageSync(["a", "b"]);
      t.equal([a.getTime(), b], [1700000000000, -Infinity], "many at once");
      const info = api.getStorageInfoSync();
      t.equal([info.limitSize, Number.isInteger(info.currentSize)], [10240, true], "sizes in KB");
    },
  },
  {
    title: "the same at once",
    proves: ["setStorageSync", "getStorageSync", "removeStorageSync"],
    async run(t, api) {
      api.setStorageSync("now", { a: [1] });
      t.equal(api.getStorageSync("now"), { a: [1] }, "what was stored");
      api.removeStorageSync("now");
      t.equal(api.getStorageSync("now"), "", "what is not there");
    },
  },
  {
    title: "tells what is stored and clears it",
    proves: ["getStorageInfo", "getStorageInfoSync", "clearStorage", "clearStorageSync"],
    async run(t, api) {
      api.clearStorageSync();
      api.setStorageSync("a", "1");
      api.setStorageSync("b", "2");
      const info = await t.works("getStorageInfo");
      t.equal([...info.keys].sort(), ["a", "b"], "keys");
      t.ok(info.limitSize > 0 && info.currentSize >= 0, "sizes");
      await t.works("clearStorage");
      t.equal(api.getStorageInfoSync().keys, [], "keys after clearStorage");
      api.setStorageSync("c", "3");
      api.clearStorageSync();
      t.equal(api.getStorageInfoSync().keys, [], "keys after clearStorageSync");
    },
  },
  {
    title: "stores and gets many at once",
    proves: ["batchSetStorage", "batchGetStorage", "batchSetStorageSync", "batchGetStorageSync"],
    async run(t, api) {
      await t.works("batchSetStorage", { kvList: [{ key: "x", value: 1 }, { key: "y", value: { z: 2 } }] });
      t.equal((await t.works("batchGetStorage", { keyList: ["x", "y"] })).dataList, [1, { z: 2 }], "dataList");
      api.batchSetStorageSync([{ key: "x", value: "one" }]);
      t.equal(api.batchGetStorageSync(["x"]), ["one"], "what batchGetStorageSync returns");
    },
  },
  {
    title: "keeps what plugins store apart from its own",
    proves: ["setStorageSync", "getStorageSync", "clearStorageSync", "getStorageInfo", "getStorageInfoSync", "clearStorage"],
    async run(t, api) {
      const notes = requirePlugin("notes");
      api.clearStorageSync();
      api.setStorageSync("k", "mine");
      notes.write("k", { theirs: 1 });
      notes.write("only", "theirs");
      t.equal([api.getStorageSync("k"), api.getStorageSync("only"), notes.read("k")], ["mine", "", { theirs: 1 }], "what each reads");
      t.equal([api.getStorageInfoSync().keys, (await t.works("getStorageInfo")).keys], [["k"], ["k"]], "the mini-program's keys");
      t.equal(notes.keys().sort(), ["k", "only"], "the plugin's keys");
      await t.works("clearStorage");
      api.setStorageSync("k", "mine");
      t.equal([notes.read("k"), notes.read("only")], [{ theirs: 1 }, "theirs"], "what the plugin has after the mini-program cleared its own");
      t.equal([await notes.pass("later", [1]), notes.keys().includes("later")], [[1], false], "what the plugin stores, gets and removes");
      t.equal((await notes.clear()).errMsg, "clearStorage:ok", "the plugin clears its own");
      t.equal([notes.keys(), api.getStorageSync("k")], [[], "mine"], "what is left");
      api.clearStorageSync();
    },
  },
];
