Page({
  data: {},
  onLoad(query) {
    const { referrerInfo, scene } = getApp().entered
    this.setData({ amount: query.amount, order: referrerInfo.extraData.order, from: referrerInfo.appId, scene })
  },
  paid() { wx.navigateBackMiniProgram({ extraData: { paid: true } }) },
})
