Page({
  data: { name: '', count: 0, active: 0, tabs: ['全部', '待付款', '待收货'] },

  onTap() {
    this.setData({ count: this.data.count + 1 })
  },

  onName(event) {
    this.setData({ name: event.detail })
  },

  onTab(event) {
    this.setData({ active: event.detail.index })
  },

  onNext() {
    wx.navigateTo({ url: '/pages/feedback/feedback' })
  },
})
