Page({
  data: { taps: 0, percent: 20, tab: 'a' },
  count() {
    this.setData({ taps: this.data.taps + 1, percent: Math.min(100, this.data.percent + 30) });
  },
  tabbed(e) {
    this.setData({ tab: e.detail.value });
  },
  next() {
    wx.navigateTo({ url: '/pages/form/form' });
  },
});
