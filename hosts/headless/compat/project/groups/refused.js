// The user closes every dialog.
module.exports = [
  {
    title: "every dialog that is closed is a cancel",
    proves: [
      "chooseImage", "chooseMedia", "chooseVideo", "chooseMessageFile", "chooseFile", "showActionSheet", "scanCode", "chooseLocation",
      "chooseAddress", "chooseContact", "makePhoneCall", "addPhoneContact",
    ],
    only: "headless",
    async run(t) {
      for (const name of ["chooseImage", "chooseMedia", "chooseVideo", "chooseMessageFile", "chooseFile"]) await t.refuses(name, { count: 1 }, "cancel");
      await t.refuses("showActionSheet", { itemList: ["one"] }, "cancel");
      for (const name of ["scanCode", "chooseLocation", "chooseAddress", "chooseContact"]) await t.refuses(name, {}, "cancel");
      await t.refuses("makePhoneCall", { phoneNumber: "1" }, "cancel");
      await t.refuses("addPhoneContact", { firstName: "x" }, "cancel");
    },
  },
  {
    title: "a modal that is cancelled is a success that says so",
    proves: ["showModal"],
    only: "headless",
    async run(t) {
      const got = await t.works("showModal", { title: "sure?" });
      t.equal([got.confirm, got.cancel], [false, true], "the answer");
    },
  },
];
