// Arguments that are wrong: each call fails with WeChat's text and number, by callbacks and by a promise.
const peer = require("../lib/peer");

const bad = (field, want, found) => `parameter error: parameter.${field} should be ${want} instead of ${found};`;
const BAD = { errno: 1001 };

/** Calls each of a table: name, options, what follows "name:fail ", and fields of the error. */
async function refuse(t, table) {
  for (const [name, options, message, more] of table) await t.refuses(name, options, message, more || BAD);
}

/** The same for what returns a task and has callbacks only. */
async function refuseTask(t, table) {
  for (const [name, options, message, errno] of table) {
    const { how, result } = await t.call(name, options);
    t.equal([how, result.errMsg, result.errno], ["fail,complete", `${name}:fail ${message}`, errno || 1001], `${name} of ${JSON.stringify(options)}`);
  }
}

module.exports = [
  {
    title: "what the network does not take",
    proves: ["request", "uploadFile", "downloadFile", "connectSocket"],
    async run(t) {
      const url = `${peer}/echo`;
      await refuseTask(t, [
        ["request", {}, bad("url", "String", "Undefined")],
        ["request", { url: 7 }, bad("url", "String", "Number")],
        ["request", { url: null }, bad("url", "String", "Undefined")],
        ["request", { url, header: "x" }, bad("header", "Object", "String")],
        ["request", { url: "abc" }, 'invalid url "abc"', 600009],
        ["request", { url: "" }, 'invalid url ""', 600009],
        ["request", { url: `${peer}/slow`, timeout: 30 }, "timeout", 5],
        ["uploadFile", {}, bad("url", "String", "Undefined")],
        ["uploadFile", { url }, bad("name", "String", "Undefined")],
        ["uploadFile", { url, name: "n", filePath: [] }, bad("filePath", "String", "Array")],
        ["downloadFile", {}, bad("url", "String", "Undefined")],
        ["downloadFile", { url: {} }, bad("url", "String", "Object")],
        ["connectSocket", {}, bad("url", "String", "Undefined")],
      ]);
    },
  },
  {
    title: "what requests take though it is not as documented",
    proves: ["request"],
    async run(t) {
      const nothing = { data: undefined, header: null, method: null, timeout: null, dataType: undefined, responseType: undefined };
      t.equal((await t.started("request", { url: `${peer}/echo`, ...nothing })).data.method, "GET", "options that are nothing");
      const got = await t.started("request", {
        url: `${peer}/echo`, method: "post", timeout: "9000", enableCache: "1", responseType: "json", header: { "X-Word": 7, "X-None": null, "X-Not": undefined },
      });
      t.equal([got.data.method, got.data.word], ["POST", "7"], "options of another type");
    },
  },
  {
    title: "what storage does not take",
    proves: ["getStorage", "setStorage", "removeStorage", "getStorageSync", "setStorageSync", "batchSetStorage", "batchGetStorage"],
    async run(t, api) {
      await refuse(t, [
        ["getStorage", {}, bad("key", "String", "Undefined")],
        ["getStorage", { key: 7 }, bad("key", "String", "Number")],
        ["setStorage", { key: {}, data: 1 }, bad("key", "String", "Object")],
        ["removeStorage", {}, bad("key", "String", "Undefined")],
        ["setStorage", { key: "big", data: "x".repeat(1 << 20) }, /^setStorage:fail exceed max item size 1Mb/, {}],
        ["batchSetStorage", {}, bad("kvList", "Array", "Undefined")],
        ["batchGetStorage", { keyList: "k" }, bad("keyList", "Array", "String")],
      ]);
      t.throws(() => api.setStorageSync(7, 1), /^setStorageSync:fail parameter error: parameter\.key should be String instead of Number;$/, "setStorageSync");
      t.throws(() => api.getStorageSync(), /^getStorageSync:fail parameter error: parameter\.key should be String instead of Undefined;$/, "getStorageSync");
    },
  },
  {
    title: "where pages cannot be opened",
    proves: ["navigateTo", "redirectTo", "switchTab", "reLaunch"],
    async run(t) {
      for (const name of ["navigateTo", "redirectTo", "switchTab", "reLaunch"]) {
        await refuse(t, [
          [name, {}, bad("url", "String", "Undefined")],
          [name, { url: 7 }, bad("url", "String", "Number")],
          [name, { url: "/pages/nowhere" }, 'page "pages/nowhere" is not found', {}],
        ]);
      }
      await refuse(t, [
        ["navigateTo", { url: "/pages/tab/tab" }, "can not navigateTo a tabbar page", {}],
        ["redirectTo", { url: "/pages/tab/tab" }, "can not redirectTo a tabbar page", {}],
        ["switchTab", { url: "/pages/second/second" }, "can not switch to no-tabBar page", {}],
      ]);
    },
  },
  {
    title: "what dialogs and bars do not take",
    proves: [
      "showToast", "showLoading", "showModal", "showActionSheet", "setNavigationBarTitle", "setNavigationBarColor", "setTabBarBadge", "removeTabBarBadge",
      "showTabBarRedDot", "hideTabBarRedDot", "setTabBarItem", "previewImage",
    ],
    async run(t) {
      await refuse(t, [
        ["showToast", { title: 7 }, bad("title", "String", "Number")],
        ["showToast", { title: undefined }, bad("title", "String", "Undefined")],
        ["showToast", { title: "t", duration: "1" }, bad("duration", "Number", "String")],
        ["showLoading", { title: null }, bad("title", "String", "Null")],
        ["showModal", { title: 7, content: {} }, bad("title", "String", "Number") + bad("content", "String", "Object").slice("parameter error: ".length)],
        ["showModal", { confirmText: "五个字符了" }, "confirmText length should not larger than 4 Chinese characters", {}],
        ["showModal", { cancelText: "cancel" }, "cancelText length should not larger than 4 Chinese characters", {}],
        ["showActionSheet", {}, bad("itemList", "Array", "Undefined")],
        ["showActionSheet", { itemList: [] }, "parameter error: parameter.itemList should have at least 1 item;"],
        ["showActionSheet", { itemList: ["a", 7] }, bad("itemList[1]", "String", "Number")],
        ["showActionSheet", { itemList: [..."1234567"] }, "parameter error: itemList should not be large than 6"],
        ["setNavigationBarTitle", { title: 7 }, bad("title", "String", "Number")],
        ["setNavigationBarColor", { frontColor: "#ffffff" }, bad("backgroundColor", "String", "Undefined")],
        ["setNavigationBarColor", { frontColor: "red", backgroundColor: "#000000" }, 'invalid frontColor "red", should be #ffffff or #000000', {}],
        ["setTabBarBadge", { index: 0, text: 7 }, bad("text", "String", "Number")],
        ["removeTabBarBadge", {}, bad("index", "Number", "Undefined")],
        ["showTabBarRedDot", { index: "0" }, bad("index", "Number", "String")],
        ["hideTabBarRedDot", {}, bad("index", "Number", "Undefined")],
        ["setTabBarItem", {}, bad("index", "Number", "Undefined")],
        ["previewImage", { urls: [7] }, bad("urls[0]", "String", "Number")],
      ]);
    },
  },
  {
    title: "what the device does not take",
    proves: [
      "setClipboardData", "makePhoneCall", "openLocation", "sendSms", "addPhoneContact", "setKeepScreenOn", "setScreenBrightness", "authorize",
      "navigateToMiniProgram", "loadFontFace", "requestPayment", "getUserProfile",
    ],
    async run(t) {
      await refuse(t, [
        ["setClipboardData", { data: 7 }, bad("data", "String", "Number")],
        ["makePhoneCall", { phoneNumber: 110 }, bad("phoneNumber", "String", "Number")],
        ["openLocation", { latitude: "1", longitude: 2 }, bad("latitude", "Number", "String")],
        ["sendSms", {}, bad("phoneNumber", "String", "Undefined")],
        ["addPhoneContact", {}, bad("firstName", "String", "Undefined")],
        ["setKeepScreenOn", { keepScreenOn: 1 }, bad("keepScreenOn", "Boolean", "Number")],
        ["setScreenBrightness", {}, bad("value", "Number", "Undefined")],
        ["authorize", {}, bad("scope", "String", "Undefined")],
        ["navigateToMiniProgram", {}, bad("appId", "String", "Undefined")],
        ["loadFontFace", {}, bad("family", "String", "Undefined")],
        ["requestPayment", { timeStamp: 7 }, bad("timeStamp", "String", "Number")],
        ["getUserProfile", {}, bad("desc", "String", "Undefined")],
      ]);
    },
  },
  {
    title: "what media and files do not take",
    proves: [
      "getImageInfo", "compressImage", "getVideoInfo", "saveImageToPhotosAlbum", "saveVideoToPhotosAlbum", "chooseImage", "chooseMedia", "saveFile", "getFileInfo",
      "openDocument", "removeSavedFile", "getFileSystemManager",
    ],
    async run(t, api) {
      await refuse(t, [
        ["getImageInfo", { src: 7 }, bad("src", "String", "Number")],
        ["compressImage", {}, bad("src", "String", "Undefined")],
        ["getVideoInfo", {}, bad("src", "String", "Undefined")],
        ["saveImageToPhotosAlbum", {}, bad("filePath", "String", "Undefined")],
        ["saveVideoToPhotosAlbum", { filePath: true }, bad("filePath", "String", "Boolean")],
        ["chooseImage", { count: "1" }, bad("count", "Number", "String")],
        ["chooseMedia", { mediaType: "image" }, bad("mediaType", "Array", "String")],
        ["saveFile", {}, bad("tempFilePath", "String", "Undefined")],
        ["getFileInfo", {}, bad("filePath", "String", "Undefined")],
        ["openDocument", {}, bad("filePath", "String", "Undefined")],
        ["removeSavedFile", {}, bad("filePath", "String", "Undefined")],
      ]);
      const fs = api.getFileSystemManager();
      for (const [name, options, field, want, found] of [
        ["access", {}, "path", "String", "Undefined"], ["appendFile", {}, "filePath", "String", "Undefined"], ["close", {}, "fd", "String", "Undefined"],
        ["copyFile", {}, "srcPath", "String", "Undefined"], ["mkdir", {}, "dirPath", "String", "Undefined"], ["open", {}, "filePath", "String", "Undefined"],
        ["readdir", { dirPath: 7 }, "dirPath", "String", "Number"], ["readFile", { filePath: 7 }, "filePath", "String", "Number"],
        ["rename", {}, "oldPath", "String", "Undefined"], ["rmdir", {}, "dirPath", "String", "Undefined"], ["stat", {}, "path", "String", "Undefined"],
        ["unlink", {}, "filePath", "String", "Undefined"], ["unzip", {}, "zipFilePath", "String", "Undefined"],
        ["writeFile", { filePath: "wxfile://usr/x", data: 7 }, "data", "String or ArrayBuffer", "Number"],
      ]) {
        const error = await t.within(name, (fail) => fs[name]({ ...options, fail }));
        t.equal([error.errMsg, error.errno], [`${name}:fail ${bad(field, want, found)}`, 1001], name);
      }
      t.throws(() => fs.readFileSync(), /^readFileSync:fail parameter error: parameter\.filePath should be String instead of Undefined;$/, "readFileSync");
      t.equal(fs.writeFileSync("wxfile://usr/nothing-returned", ""), undefined, "what writeFileSync returns");
    },
  },
];
