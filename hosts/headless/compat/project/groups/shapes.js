// What calls give: the fields that WeChat documents, and their types.
const S = "string";
const N = "number";
const B = "boolean";

/** Checks that a value has the fields of a shape: a type's name, a list with one item's shape, or an object of shapes. */
function fits(t, value, shape, what) {
  if (typeof shape === "string") {
    t.equal(typeof value, shape, `the type of ${what}`);
  } else if (Array.isArray(shape)) {
    t.ok(Array.isArray(value), `${what} as a list`);
    value.forEach((item, i) => fits(t, item, shape[0], `${what}[${i}]`));
  } else {
    t.ok(typeof value === "object" && value !== null, `${what} as an object`);
    for (const key of Object.keys(shape)) fits(t, value[key], shape[key], `${what}.${key}`);
  }
}

const area = { left: N, right: N, top: N, bottom: N, width: N, height: N };
const window = { pixelRatio: N, screenWidth: N, screenHeight: N, windowWidth: N, windowHeight: N, statusBarHeight: N, safeArea: area, screenTop: N };
const device = { benchmarkLevel: N, brand: S, model: S, system: S, platform: S }; // the rest is of Android alone
const app = { SDKVersion: S, enableDebug: B, host: { appId: S, env: S }, language: S, version: S, theme: S, fontSizeScaleFactor: N, fontSizeSetting: N };
const setting = { bluetoothEnabled: B, locationEnabled: B, wifiEnabled: B, deviceOrientation: S };
const authorized = { albumAuthorized: S, bluetoothAuthorized: S, cameraAuthorized: S, locationAuthorized: S, locationReducedAccuracy: B, microphoneAuthorized: S, notificationAuthorized: S, phoneCalendarAuthorized: S };

module.exports = [
  {
    title: "the system",
    proves: [
      "getSystemInfoSync", "getSystemInfo", "getWindowInfo", "getDeviceInfo", "getAppBaseInfo", "getSystemSetting", "getAppAuthorizeSetting", "getAccountInfoSync",
      "getMenuButtonBoundingClientRect", "getLaunchOptionsSync", "getEnterOptionsSync",
    ],
    async run(t, api) {
      const all = { ...window, ...device, ...app, ...setting };
      fits(t, api.getSystemInfoSync(), all, "getSystemInfoSync()");
      fits(t, await t.works("getSystemInfo"), { ...all, errMsg: S }, "getSystemInfo");
      fits(t, api.getWindowInfo(), window, "getWindowInfo()");
      fits(t, api.getDeviceInfo(), device, "getDeviceInfo()");
      fits(t, api.getAppBaseInfo(), app, "getAppBaseInfo()");
      fits(t, api.getSystemSetting(), setting, "getSystemSetting()");
      fits(t, api.getAppAuthorizeSetting(), authorized, "getAppAuthorizeSetting()");
      fits(t, api.getAccountInfoSync(), { miniProgram: { appId: S, envVersion: S, version: S }, plugin: {} }, "getAccountInfoSync()");
      fits(t, api.getMenuButtonBoundingClientRect(), area, "getMenuButtonBoundingClientRect()");
      for (const name of ["getLaunchOptionsSync", "getEnterOptionsSync"]) fits(t, api[name](), { path: S, query: {}, scene: N, referrerInfo: {} }, `${name}()`);
    },
  },
  {
    title: "the device and the user",
    proves: ["getNetworkType", "getBatteryInfo", "getSetting", "getLocation", "login", "checkSession", "getUserInfo", "getStorageInfo"],
    async run(t) {
      fits(t, await t.works("getNetworkType"), { networkType: S, hasSystemProxy: B, weakNet: B }, "getNetworkType");
      fits(t, await t.works("getBatteryInfo"), { level: N, isCharging: B, isLowPowerModeEnabled: B }, "getBatteryInfo");
      fits(t, await t.works("getSetting", { withSubscriptions: true }), { authSetting: {}, subscriptionsSetting: { mainSwitch: B, itemSettings: {} } }, "getSetting");
      const place = { latitude: N, longitude: N, speed: N, accuracy: N, altitude: N, verticalAccuracy: N, horizontalAccuracy: N };
      fits(t, await t.works("getLocation", { type: "gcj02" }), place, "getLocation");
      fits(t, await t.works("login"), { code: S }, "login");
      await t.works("checkSession");
      fits(t, await t.works("getUserInfo"), { userInfo: { nickName: S, avatarUrl: S, gender: N, city: S, province: S, country: S, language: S }, rawData: S }, "getUserInfo");
      fits(t, await t.works("getStorageInfo"), { keys: [S], currentSize: N, limitSize: N }, "getStorageInfo");
    },
  },
  {
    title: "files",
    proves: ["getFileSystemManager", "getFileInfo", "saveFile", "getSavedFileList", "getSavedFileInfo", "base64ToTempFilePath"],
    async run(t, api) {
      const fs = api.getFileSystemManager();
      const call = (name, options) => t.within(name, (success, fail) => fs[name]({ ...options, success, fail: (e) => fail(new Error(e.errMsg)) }));
      const path = `${api.env.USER_DATA_PATH}/shape-${t.space}`;
      for (const [name, options, shape] of [
        ["writeFile", { filePath: path, data: "12345" }, {}], ["appendFile", { filePath: path, data: "6" }, {}], ["access", { path }, {}],
        ["readFile", { filePath: path, encoding: "utf8" }, { data: S }], ["readFile", { filePath: path }, { data: {} }],
        ["getFileInfo", { filePath: path, digestAlgorithm: "md5" }, { size: N, digest: S }],
        ["stat", { path }, { stats: { mode: N, size: N, lastAccessedTime: N, lastModifiedTime: N } }],
        ["mkdir", { dirPath: `${path}-dir/deep`, recursive: true }, {}], ["readdir", { dirPath: `${path}-dir` }, { files: [S] }],
        ["copyFile", { srcPath: path, destPath: `${path}-dir/copy` }, {}], ["rename", { oldPath: `${path}-dir/copy`, newPath: `${path}-dir/other` }, {}],
        ["truncate", { filePath: path, length: 3 }, {}], ["unlink", { filePath: `${path}-dir/other` }, {}], ["rmdir", { dirPath: `${path}-dir`, recursive: true }, {}],
      ]) {
        const got = await call(name, options);
        fits(t, got, { errMsg: S, ...shape }, name);
        t.equal(got.errMsg, `${name}:ok`, "errMsg");
      }
      const { fd } = await call("open", { filePath: path, flag: "r+" });
      fits(t, fd, S, "fd");
      fits(t, await call("write", { fd, data: "ab", position: 0 }), { bytesWritten: N }, "write");
      const room = new ArrayBuffer(8);
      const read = await call("read", { fd, arrayBuffer: room, position: 0, length: 3 });
      t.equal([read.bytesRead, read.arrayBuffer === room, String.fromCharCode(...new Uint8Array(room, 0, 3))], [3, true, "ab3"], "read");
      fits(t, await call("fstat", { fd }), { stats: { size: N } }, "fstat");
      await call("close", { fd });
      const { tempFilePath } = await t.works("base64ToTempFilePath", { base64: "data:text/plain;base64,aGk=" });
      const { result } = await t.call("saveFile", { tempFilePath });
      fits(t, result, { savedFilePath: S }, "saveFile");
      fits(t, await t.works("getSavedFileList"), { fileList: [{ filePath: S, size: N, createTime: N }] }, "getSavedFileList");
      fits(t, await t.works("getSavedFileInfo", { filePath: result.savedFilePath }), { size: N, createTime: N }, "getSavedFileInfo");
      fits(t, await t.works("getFileInfo", { filePath: result.savedFilePath, digestAlgorithm: "sha1" }), { size: N, digest: S }, "getFileInfo");
      fs.removeSavedFile({ filePath: result.savedFilePath });
    },
  },
  {
    title: "nodes and pictures",
    proves: ["createSelectorQuery", "getImageInfo", "canvasToTempFilePath", "canvasGetImageData", "createCanvasContext"],
    async run(t, api) {
      const query = (build) => t.within("a query", (done) => build(api.createSelectorQuery()).exec(done));
      const [box, none, many, view, offset] = await query((q) => {
        q.select("#box").boundingClientRect();
        q.select("#none").boundingClientRect();
        q.selectAll(".box").boundingClientRect();
        q.selectViewport().boundingClientRect();
        q.selectViewport().scrollOffset();
        return q;
      });
      fits(t, box, { id: S, dataset: {}, ...area }, "boundingClientRect");
      t.equal([none, many.length, box.dataset.number], [null, 2, "7"], "the others");
      fits(t, view, area, "the viewport");
      fits(t, offset, { scrollLeft: N, scrollTop: N }, "scrollOffset");
      const [fields] = await query((q) => q.select("#field").fields({ id: true, dataset: true, size: true }));
      fits(t, fields, { id: S, dataset: { kind: S }, width: N, height: N }, "fields");
      const info = await t.works("getImageInfo", { src: "/assets/picture.png" });
      fits(t, info, { width: N, height: N, path: S, orientation: S, type: S }, "getImageInfo");
      const pen = api.createCanvasContext("old");
      pen.fillRect(0, 0, 10, 10);
      await t.within("draw", (done) => pen.draw(false, done));
      fits(t, await t.works("canvasToTempFilePath", { canvasId: "old" }), { tempFilePath: S }, "canvasToTempFilePath");
      const pixels = await t.works("canvasGetImageData", { canvasId: "old", x: 0, y: 0, width: 2, height: 3 });
      t.equal([pixels.width, pixels.height, pixels.data instanceof Uint8ClampedArray, pixels.data.length], [2, 3, true, 24], "canvasGetImageData");
    },
  },
];
