Page({
  data: { log: "", fruits: ["apple", "pear", "plum"], at: 0, turned: 0 },
  note(e) { this.setData({ log: `${e.currentTarget.id} ${e.type} ${JSON.stringify(e.detail.value === undefined ? "" : e.detail.value)}` }); },
  typed(e) { this.setData({ log: `${this.data.log}|${e.detail.value}` }); },
  clear() { this.setData({ log: "" }); },
  picked(e) { this.setData({ at: Number(e.detail.value) }); this.note(e); },
  swiped(e) { this.setData({ turned: e.detail.current }); },
});
