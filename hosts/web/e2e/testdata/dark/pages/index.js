Page({
  data: { bar: {}, win: {}, heard: "", theme: "" },
  onLoad() {
    this.look();
    wx.onThemeChange(({ theme }) => this.setData({ theme: `${this.data.theme} ${theme}`.trim() }));
    wx.onWindowResize(({ size }) => {
      this.setData({ heard: Object.keys(size).sort().map((key) => `${key}=${size[key]}`).join(" ") });
      this.look();
    });
  },
  look() { this.setData({ bar: wx.getMenuButtonBoundingClientRect(), win: wx.getWindowInfo() }); },
  modal() { wx.showModal({ title: "Title", content: "What is said" }); },
  ask() { wx.showModal({ title: "Title", editable: true, placeholderText: "placeholder" }); },
  sheet() { wx.showActionSheet({ alertText: "Which", itemList: ["one", "two"] }); },
  toast() { wx.showToast({ title: "done", duration: 60000 }); },
});
