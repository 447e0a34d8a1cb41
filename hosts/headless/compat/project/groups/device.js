module.exports = [
  {
    title: "copies and pastes",
    proves: ["setClipboardData", "getClipboardData"],
    only: "headless",
    async run(t) {
      await t.works("setClipboardData", { data: "copied" });
      t.equal((await t.works("getClipboardData")).data, "copied", "data");
      await t.refuses("setClipboardData", { data: 1 }, /^setClipboardData:fail parameter error: parameter\.data should be String instead of Number;$/);
    },
  },
  {
    title: "calls, texts and writes down people and appointments",
    proves: ["makePhoneCall", "sendSms", "addPhoneContact", "addPhoneCalendar", "addPhoneRepeatCalendar"],
    only: "headless",
    async run(t) {
      await t.works("makePhoneCall", { phoneNumber: "10086" });
      await t.works("sendSms", { phoneNumber: "10086", content: "hi" });
      await t.works("addPhoneContact", { firstName: "San", lastName: "Zhang", mobilePhoneNumber: "10086" });
      await t.works("addPhoneCalendar", { title: "tea", startTime: 1893456000, endTime: "1893459600", location: "here" });
      await t.works("addPhoneRepeatCalendar", { title: "tea", startTime: 1893456000, repeatInterval: "week" });
      await t.refuses("makePhoneCall", {}, /^makePhoneCall:fail parameter error: parameter\.phoneNumber should be String/);
      await t.refuses("addPhoneCalendar", { title: "tea" }, /^addPhoneCalendar:fail parameter error: parameter\.startTime should be Number/);
      await t.refuses("addPhoneRepeatCalendar", { title: "tea", startTime: 1, repeatInterval: "hour" }, /^addPhoneRepeatCalendar:fail parameter error/);
    },
  },
  {
    title: "reads codes",
    proves: ["scanCode"],
    only: "headless",
    async run(t) {
      const { result, scanType } = await t.works("scanCode", { scanType: ["qrCode"] });
      t.equal([result, scanType], ["https://example.com/?t=7", "QR_CODE"], "the code");
    },
  },
  {
    title: "shakes, shines and stays awake",
    proves: ["vibrateShort", "vibrateLong", "setKeepScreenOn", "setScreenBrightness", "getScreenBrightness", "getBatteryInfo"],
    only: "headless",
    async run(t, api) {
      await t.works("vibrateShort", { type: "light" });
      await t.works("vibrateLong");
      await t.works("setKeepScreenOn", { keepScreenOn: true });
      await t.works("setScreenBrightness", { value: 0.5 });
      t.equal((await t.works("getScreenBrightness")).value, 0.5, "brightness");
      await api.setScreenBrightness({ value: 1 });
      await t.refuses("setScreenBrightness", { value: 2 }, /^setScreenBrightness:fail parameter error/);
      const { level, isCharging } = await t.works("getBatteryInfo");
      t.ok(level >= 1 && level <= 100 && typeof isCharging === "boolean", "the battery");
    },
  },
  {
    title: "chooses places and addresses, and shows places",
    proves: ["chooseLocation", "choosePoi", "openLocation", "chooseAddress", "chooseContact"],
    only: "headless",
    async run(t) {
      const place = await t.works("chooseLocation");
      t.equal([place.name, place.latitude], ["Civic Center", 22.5431], "the place");
      const poi = await t.works("choosePoi");
      t.equal([poi.type, poi.name], [2, "Civic Center"], "the point of interest");
      await t.works("openLocation", { latitude: 22.5, longitude: 114, name: "here" });
      await t.refuses("openLocation", { latitude: 91, longitude: 0 }, /^openLocation:fail parameter error/);
      const address = await t.works("chooseAddress");
      t.equal([address.userName, address.cityName], ["Zhang San", "Guangzhou"], "the address");
      const contact = await t.works("chooseContact");
      t.equal([contact.displayName, contact.phoneNumber, contact.phoneNumberList.length], ["Li Si", "13800000000", 2], "the contact");
    },
  },
  {
    title: "is debugged until it says otherwise",
    proves: ["setEnableDebug"],
    async run(t, api) {
      t.ok(api.canIUse("setEnableDebug"), "canIUse");
      await t.works("setEnableDebug", { enableDebug: true });
      t.equal(api.getAppBaseInfo().enableDebug, true, "enableDebug");
      await t.works("setEnableDebug", { enableDebug: false });
      t.equal(api.getSystemInfoSync().enableDebug, false, "enableDebug");
      await t.refuses("setEnableDebug", { enableDebug: "yes" }, "parameter error: parameter.enableDebug should be Boolean instead of String;", { errno: 1001 });
    },
  },
  {
    title: "knows its address in the local network",
    proves: ["getLocalIPAddress"],
    only: "headless",
    async run(t, api) {
      t.ok(api.canIUse("getLocalIPAddress"), "canIUse");
      // The machine that runs this may have no network: then the name says so.
      const { result } = await t.call("getLocalIPAddress");
      if (result.errMsg === "getLocalIPAddress:fail no network") return;
      t.equal(result.errMsg, "getLocalIPAddress:ok", "errMsg");
      t.match(result.localip, /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f:]+)$/, "localip");
      t.ok(!/^(127\.|0\.)/.test(result.localip) && result.localip !== "::1", "not the loopback");
      t.match(result.netmask, /^(255\.\d{1,3}(\.\d{1,3}){2}|[0-9a-f:]+)$/, "netmask");
    },
  },
  {
    title: "knows the network and hears when it changes",
    proves: ["getNetworkType", "onNetworkStatusChange", "offNetworkStatusChange"],
    only: "headless",
    async run(t, api) {
      t.match((await t.works("getNetworkType")).networkType, /^(wifi|2g|3g|4g|5g|none|unknown)$/, "networkType");
      const heard = [];
      api.onNetworkStatusChange((report) => heard.push(report));
      await t.host("report", { networkStatus: { isConnected: false, networkType: "none" } });
      await t.until("the report", () => heard.find((r) => r.isConnected === false && r.networkType === "none"));
      api.offNetworkStatusChange();
      await t.host("report", { networkStatus: { isConnected: true, networkType: "wifi" } });
    },
  },
];
