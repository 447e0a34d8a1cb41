Page({
  data: { w: 100, no: false, theme: wx.getSystemInfoSync().theme },
  onLoad() { wx.onThemeChange((e) => this.setData({ theme: "changed:" + e.theme })) },
})
