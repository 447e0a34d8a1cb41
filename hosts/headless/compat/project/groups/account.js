module.exports = [
  {
    title: "logs in and knows how long",
    proves: ["login", "checkSession"],
    async run(t) {
      t.ok((await t.works("login")).code, "code");
      await t.works("checkSession");
    },
  },
  {
    title: "tells who the user is, if that is granted",
    proves: ["getUserInfo", "getUserProfile"],
    async run(t) {
      t.ok((await t.works("getUserInfo")).userInfo.nickName, "nickName of getUserInfo");
      t.ok((await t.works("getUserProfile", { desc: "to greet you" })).userInfo.nickName, "nickName of getUserProfile");
    },
  },
  {
    title: "asks for, shows and changes what is granted",
    proves: ["authorize", "getSetting", "openSetting"],
    only: "headless",
    async run(t) {
      await t.works("authorize", { scope: "scope.userLocation" });
      t.ok((await t.works("getSetting")).authSetting, "authSetting");
      t.ok((await t.works("openSetting")).authSetting, "authSetting of openSetting");
      await t.refuses("authorize", { scope: "scope.nothing" }, /^authorize:fail /);
    },
  },
  {
    title: "needs no agreement beyond what it asks for",
    proves: ["getPrivacySetting", "requirePrivacyAuthorize", "onNeedPrivacyAuthorization"],
    async run(t, api) {
      let asked = 0;
      api.onNeedPrivacyAuthorization(() => asked++);
      t.equal((await t.works("getPrivacySetting")).needAuthorization, false, "needAuthorization");
      await t.works("requirePrivacyAuthorize");
      t.equal(asked, 0, "how often the listener was called");
    },
  },
  {
    title: "knows where it is, once or again and again",
    proves: [
      "getLocation", "getFuzzyLocation", "startLocationUpdate", "startLocationUpdateBackground", "stopLocationUpdate", "onLocationChange",
      "offLocationChange", "onLocationChangeError", "offLocationChangeError",
    ],
    async run(t, api) {
      const here = await t.works("getLocation", { type: "wgs84" });
      t.ok(Math.abs(here.latitude) <= 90 && Math.abs(here.longitude) <= 180, "the place");
      t.ok(typeof (await t.works("getFuzzyLocation", { type: "wgs84" })).latitude === "number", "about the place");
      api.onLocationChangeError(() => undefined);
      const moved = await t.heard("onLocationChange", () => t.works("startLocationUpdate"));
      t.ok(typeof moved.latitude === "number", "a report");
      await t.works("startLocationUpdateBackground");
      t.equal((await api.stopLocationUpdate()).errMsg, "stopLocationUpdate:ok", "errMsg");
      api.offLocationChange();
      api.offLocationChangeError();
    },
  },
  {
    title: "refuses to pay what no merchant has ordered",
    proves: ["requestPayment"],
    async run(t) {
      const order = { timeStamp: "1", nonceStr: "n", package: "prepay_id=none", signType: "MD5", paySign: "x" };
      await t.refuses("requestPayment", order, /^requestPayment:fail /);
      await t.refuses("requestPayment", {}, /^requestPayment:fail /);
    },
  },
];
