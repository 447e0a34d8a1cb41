Page({
  data: { name: '', on: true, wood: 'fir', level: 40 },
  named(e) {
    this.setData({ name: e.detail.value });
  },
  switched(e) {
    this.setData({ on: e.detail.value });
  },
  slid(e) {
    this.setData({ level: e.detail.value });
  },
  picked(e) {
    this.setData({ wood: e.detail.value });
  },
  next() {
    wx.navigateTo({ url: '/pages/feedback/feedback' });
  },
});
