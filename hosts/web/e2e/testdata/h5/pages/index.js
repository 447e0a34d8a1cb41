Page({
  data: { told: '' },
  onShow() { this.setData({ told: getApp().told || '' }) },
  open() { wx.navigateTo({ url: 'web?which=h5' }) },
  refused() { wx.navigateTo({ url: 'web?which=other' }) },
})
