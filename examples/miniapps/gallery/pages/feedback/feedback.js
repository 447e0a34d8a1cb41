Page({
  data: { said: '' },

  say(said) {
    this.setData({ said })
  },

  onToast(event) {
    const { icon } = event.currentTarget.dataset
    wx.showToast({ title: '好了', icon, duration: 1500 })
  },

  onLoading() {
    wx.showLoading({ title: '请稍候', mask: true })
    setTimeout(() => wx.hideLoading(), 1200)
  },

  async onModal() {
    const { confirm } = await wx.showModal({ title: '出门吗', content: '外面正下着雨。', confirmText: '出门', cancelText: '不了' })
    this.say(confirm ? '记得带伞' : '那就泡壶茶')
  },

  onSheet() {
    const itemList = ['龙井', '岩茶', '普洱']
    wx.showActionSheet({
      itemList,
      success: ({ tapIndex }) => this.say(`泡${itemList[tapIndex]}`),
      fail: ({ errMsg }) => this.say(errMsg),
    })
  },

  onTitle() {
    wx.setNavigationBarTitle({ title: '标题变了' })
    wx.setNavigationBarColor({ frontColor: '#ffffff', backgroundColor: '#8b4a6b' })
  },

  onPullDownRefresh() {
    setTimeout(() => {
      wx.stopPullDownRefresh()
      this.say('刷新过了')
    }, 600)
  },
})
