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
];
