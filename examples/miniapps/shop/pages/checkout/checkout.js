const api = require('../../utils/api')
const cart = require('../../utils/cart')
const receipts = require('../../utils/receipts')
const { nearest } = require('../../utils/stores')

Page({
  data: {
    lines: [],
    total: 0,
    store: null,
    paying: false,
  },

  onLoad() {
    this.setData({ lines: cart.checked(), total: cart.total(), store: getApp().globalData.store })
  },

  async onLocate() {
    try {
      const store = nearest(await wx.getLocation({ type: 'gcj02' }))
      getApp().globalData.store = store
      this.setData({ store })
    } catch (err) {
      wx.showToast({ title: '没有拿到位置', icon: 'none' })
    }
  },

  async onPay() {
    if (this.data.paying) {
      return
    }
    this.setData({ paying: true })
    wx.showLoading({ title: '正在下单' })
    try {
      const { lines, store, total } = this.data
      const items = lines.map(({ id, count }) => ({ id, count }))
      const order = await api.createOrder(items, store && store.id)
      wx.hideLoading()
      await wx.requestPayment(order.payment)
      await receipts.save({ orderId: order.orderId, total, lines, store: store && store.name, paidAt: Date.now() })
      cart.removeChecked()
      wx.redirectTo({ url: `/pages/receipt/receipt?id=${order.orderId}&fresh=1` })
    } catch (err) {
      wx.hideLoading()
      this.failed(err)
    } finally {
      this.setData({ paying: false })
    }
  },

  failed(err) {
    const message = err.errMsg || err.message
    if (/cancel/.test(message)) {
      wx.showToast({ title: '已取消支付', icon: 'none' })
      return
    }
    wx.showModal({ title: '没有付成', content: message, showCancel: false })
  },
})
