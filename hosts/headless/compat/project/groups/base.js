module.exports = [
  {
    title: "tells what it runs on",
    proves: [
      "getSystemInfo", "getSystemInfoSync", "getSystemInfoAsync", "getWindowInfo", "getDeviceInfo", "getAppBaseInfo", "getSystemSetting",
      "getAppAuthorizeSetting", "env",
    ],
    async run(t, api) {
      const info = api.getSystemInfoSync();
      t.match(info.SDKVersion, /^\d+\.\d+\.\d+$/, "SDKVersion");
      for (const key of ["windowWidth", "windowHeight", "screenWidth", "screenHeight", "pixelRatio"]) t.ok(info[key] > 0, key);
      for (const name of ["getSystemInfo", "getSystemInfoAsync"]) {
        const { errMsg: _errMsg, ...same } = await t.works(name);
        t.equal(same, info, name);
      }
      const own = { getWindowInfo: "windowWidth", getDeviceInfo: "platform", getAppBaseInfo: "SDKVersion", getSystemSetting: "deviceOrientation" };
      for (const name of Object.keys(own)) t.equal(api[name]()[own[name]], info[own[name]], `${own[name]} of ${name}`);
      const authorized = api.getAppAuthorizeSetting();
      for (const part of ["camera", "location", "microphone", "notification"]) {
        t.match(authorized[`${part}Authorized`], /^(authorized|denied|not determined)$/, `${part}Authorized`);
      }
      t.match(api.env.USER_DATA_PATH, /^wxfile:\/\/usr$/, "USER_DATA_PATH");
    },
  },
  {
    title: "tells how and as what it was started",
    proves: ["getLaunchOptionsSync", "getEnterOptionsSync", "getAccountInfoSync"],
    async run(t, api) {
      const launch = api.getLaunchOptionsSync();
      t.equal(JSON.stringify(launch), JSON.stringify(getApp().launched), "what onLaunch got");
      t.equal(api.getEnterOptionsSync().scene, launch.scene, "scene");
      t.ok(api.getAccountInfoSync().miniProgram.appId, "appId");
    },
  },
  {
    title: "knows where the capsule is",
    proves: ["getMenuButtonBoundingClientRect"],
    async run(t, api) {
      const r = api.getMenuButtonBoundingClientRect();
      t.equal([r.right - r.left, r.bottom - r.top], [r.width, r.height], "size");
      t.ok(r.right <= api.getWindowInfo().windowWidth && r.top >= api.getWindowInfo().statusBarHeight, "place");
      await t.host("capsule", r);
    },
  },
  {
    title: "says of no name that it can be used that cannot",
    proves: ["canIUse"],
    async run(t, api) {
      t.equal(["request", "showToast.object.icon.error", "button.size.mini", "getSystemInfoSync.return.safeArea"].map((s) => api.canIUse(s)),
        [true, true, true, true], "what can be used");
      t.equal(["nothing", "request.object.nothing", "button.nothing", "constructor", "toString", ""].map((s) => api.canIUse(s)),
        [false, false, false, false, false, false], "what cannot");
    },
  },
  {
    title: "turns bytes into text and back",
    proves: ["arrayBufferToBase64", "base64ToArrayBuffer", "getRandomValues"],
    async run(t, api) {
      const bytes = new Uint8Array([0, 1, 254, 255, 104]);
      t.equal(api.arrayBufferToBase64(bytes.buffer), "AAH+/2g=", "text");
      t.equal([...new Uint8Array(api.base64ToArrayBuffer("AAH+/2g="))], [...bytes], "bytes");
      const { randomValues } = await t.works("getRandomValues", { length: 64 });
      const again = await api.getRandomValues({ length: 64 });
      t.equal(randomValues.byteLength, 64, "length");
      t.ok(api.arrayBufferToBase64(randomValues) !== api.arrayBufferToBase64(again.randomValues), "different each time");
      await t.refuses("getRandomValues", { length: 1048577 }, /^getRandomValues:fail /);
    },
  },
  {
    title: "none in a scenario; a host tells open ones of a new version",
    proves: ["getUpdateManager"],
    async run(t, api) {
      const updates = api.getUpdateManager();
      t.equal((await t.within("the check", (done) => updates.onCheckForUpdate(done))).hasUpdate, false, "hasUpdate");
      t.throws(() => updates.applyUpdate(), /^applyUpdate:fail update is not ready$/, "applyUpdate");
    },
  },
  {
    title: "writes reports and logs to the log of the mini-program",
    proves: ["reportEvent", "reportAnalytics", "getLogManager", "getRealtimeLogManager", "getExptInfoSync"],
    only: "headless",
    async run(t, api) {
      api.reportEvent("bought", { price: 3 });
      api.reportAnalytics("seen", { page: "p" });
      api.getLogManager().warn("careful", { a: 1 });
      const live = api.getRealtimeLogManager();
      live.setFilterMsg("word");
      live.info("told");
      t.equal(api.getExptInfoSync(["color"]), {}, "experiments");
      await t.host("logged", ['reportEvent bought {"price":3}', 'reportAnalytics seen {"page":"p"}', 'careful {"a":1}', "word told"]);
    },
  },
  {
    title: "has the extra configuration of whoever published it for somebody",
    proves: ["getExtConfig", "getExtConfigSync"],
    async run(t, api) {
      t.equal((await t.works("getExtConfig")).extConfig, { shop: 7, colors: ["red"] }, "extConfig");
      t.equal(api.getExtConfigSync(), { shop: 7, colors: ["red"] }, "what getExtConfigSync returns");
    },
  },
  {
    title: "computes in a worker",
    proves: ["createWorker"],
    async run(t, api) {
      const worker = api.createWorker("workers/double.js");
      const got = await t.within("the worker's answer", (done) => {
        worker.onMessage(done);
        worker.postMessage({ number: 21 });
      });
      t.equal(got, { number: 42 }, "the answer");
      worker.terminate();
      t.throws(() => api.createWorker("other/none.js"), /./, "a worker that is not there");
    },
  },
  {
    title: "has files in a worker as well",
    proves: ["createWorker", "getFileSystemManager"],
    async run(t, api) {
      const path = `${api.env.USER_DATA_PATH}/for-the-worker`;
      api.getFileSystemManager().writeFileSync(path, "theirs");
      const worker = api.createWorker("workers/files.js", { useExperimentalWorker: true });
      t.equal(worker.env.USER_DATA_PATH, api.env.USER_DATA_PATH, "env");
      const got = await t.within("the worker's answer", (done) => {
        worker.onMessage(done);
        worker.postMessage({ path, bytes: new Uint8Array([1, 2, 255]).buffer });
      });
      t.equal([got.size, got.theirs, got.errMsg], [3, "theirs", "appendFile:ok"], "what the worker did");
      t.match(got.thrown, /^readFileSync:fail no such file or directory/, "what the worker caught");
      t.equal([...new Uint8Array(got.data)], [1, 2, 255, 33], "the worker's file");
      t.equal(api.getFileSystemManager().statSync(`${api.env.USER_DATA_PATH}/worker/bytes`).size, 4, "the file as the mini-program sees it");
      worker.terminate();
    },
  },
  {
    title: "measures how long things take",
    proves: ["getPerformance"],
    async run(t, api) {
      const performance = api.getPerformance();
      const seen = [];
      const observer = performance.createObserver((list) => seen.push(...list.getEntries()));
      observer.observe({ entryTypes: ["navigation"] });
      await api.navigateTo({ url: "/pages/second/second" });
      await api.navigateBack();
      const route = await t.until("the entry of a route", () => seen.find((e) => e.name === "route" && e.path === "pages/second/second"));
      t.equal([route.entryType, route.navigationType], ["navigation", "navigateTo"], "the entry");
      t.ok(route.startTime > 0 && route.duration >= 0, "its times");
      t.equal(performance.getEntriesByName("appLaunch", "navigation").length, 1, "appLaunch");
      observer.disconnect();
    },
  },
  {
    title: "takes vendors' APIs declared at run time",
    proves: ["loadExtApi", "invokeNativePlugin"],
    async run(t, api) {
      api.loadExtApi({ extApi: [{ name: "noSuchVendorApi", sync: false }] });
      const error = await t.within("the declared API to fail", (done) => ft.noSuchVendorApi({ fail: done }));
      t.match(error.errMsg, /^noSuchVendorApi:fail not supported: no plugin of this super-app provides ft\.noSuchVendorApi/, "errMsg");
      t.equal(api.canIUse("noSuchVendorApi"), false, "canIUse");
      await t.refuses("invokeNativePlugin", { api_name: "noSuchVendorApi" }, /^invokeNativePlugin:fail not supported/);
    },
  },
  {
    title: "has nothing to preload where pages need no web view of their own",
    proves: ["preloadWebview"],
    async run(t) {
      await t.works("preloadWebview");
    },
  },
  {
    title: "tells what draws the pages",
    proves: ["getRendererUserAgent"],
    async run(t) {
      t.ok((await t.works("getRendererUserAgent")).userAgent, "userAgent");
    },
  },
];
