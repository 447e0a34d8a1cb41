module.exports = [
  {
    title: "finds nodes, their boxes, data and contexts",
    proves: ["createSelectorQuery"],
    async run(t, api) {
      const [box, boxes, view] = await t.within("the query", (done) => {
        const query = api.createSelectorQuery();
        query.select("#box").boundingClientRect();
        query.selectAll(".box").fields({ id: true, dataset: true, size: true });
        query.selectViewport().scrollOffset();
        query.exec(done);
      });
      t.ok(box.width > 0 && box.height > 0 && box.id === "box", "a box");
      t.equal(boxes.map((b) => b.id), ["box", "far"], "ids");
      t.equal(boxes[0].dataset, { number: "7" }, "dataset");
      t.ok(view.scrollTop >= 0, "scrollTop");
    },
  },
  {
    title: "tells when nodes come into sight",
    proves: ["createIntersectionObserver"],
    async run(t, api) {
      const observer = api.createIntersectionObserver(undefined, { thresholds: [0, 0.5] });
      const seen = await t.within("a report", (done) => observer.relativeToViewport().observe("#box", done));
      t.ok(seen.intersectionRatio > 0 && seen.boundingClientRect.width > 0, "the report");
      t.equal(seen.id, "box", "id");
      observer.disconnect();
    },
  },
  {
    title: "scrolls the page to a place or a node",
    proves: ["pageScrollTo"],
    async run(t) {
      await t.works("pageScrollTo", { scrollTop: 10, duration: 0 });
      await t.works("pageScrollTo", { selector: "#far", duration: 0 });
      await t.refuses("pageScrollTo", { selector: "#none" }, /^pageScrollTo:fail /);
      await t.works("pageScrollTo", { scrollTop: 0, duration: 0 });
    },
  },
  {
    title: "describes animations step by step",
    proves: ["createAnimation"],
    async run(t, api) {
      const animation = api.createAnimation({ duration: 100, timingFunction: "linear" });
      animation.opacity(0.5).translateX(10).step();
      animation.rotate(45).step({ duration: 50 });
      const { actions } = animation.export();
      t.equal(actions.length, 2, "steps");
      t.equal(animation.export().actions.length, 0, "steps after export");
    },
  },
  {
    title: "tells what is selected in the field that has the focus",
    proves: ["getSelectedTextRange"],
    only: "headless",
    async run(t, api) {
      await api.hideKeyboard();
      await t.refuses("getSelectedTextRange", {}, /^getSelectedTextRange:fail /);
      await t.host("type", "dougong");
      const range = await t.works("getSelectedTextRange");
      t.equal([range.start, range.end], [7, 7], "the range");
    },
  },
  {
    title: "hears how high the keyboard is",
    proves: ["onKeyboardHeightChange", "offKeyboardHeightChange"],
    only: "headless",
    async run(t, api) {
      const up = await t.heard("onKeyboardHeightChange", () => t.host("report", { keyboardHeight: { height: 260 } }));
      t.equal(up, { height: 260 }, "the keyboard");
      api.offKeyboardHeightChange();
    },
  },
  {
    title: "loads a typeface",
    proves: ["loadFontFace"],
    async run(t) {
      const options = { family: "Test", source: 'url("/assets/font.ttf")', global: true };
      t.equal((await t.works("loadFontFace", options)).status, "loaded", "status");
      await t.refuses("loadFontFace", { family: "None", source: 'url("/assets/none.ttf")' }, /^loadFontFace:fail /);
      await t.refuses("loadFontFace", { source: "x" }, /^loadFontFace:fail parameter error: parameter\.family should be String/);
    },
  },
];
