const api = require('../../utils/api')
const cart = require('../../utils/cart')

Page({
  data: {
    goods: null,
    message: '',
    count: 1,
  },

  onLoad(query) {
    this.load(query.id)
  },

  async load(id) {
    if (!id) {
      this.setData({ message: '没有指明商品' })
      return
    }
    try {
      const goods = await api.getGoods(id)
      this.setData({ goods, message: '' })
      wx.setNavigationBarTitle({ title: goods.name })
    } catch (err) {
      this.setData({ message: err.message })
    }
  },

  onCount(event) {
    this.setData({ count: event.detail.value })
  },

  onAdd() {
    cart.add(this.data.goods, this.data.count)
    wx.showToast({ title: '已加入购物车', icon: 'success' })
  },

  onBuy() {
    cart.checkAll(false)
    cart.add(this.data.goods, this.data.count)
    cart.update(this.data.goods.id, { checked: true })
    wx.navigateTo({ url: '/pages/checkout/checkout' })
  },

  onPreview() {
    wx.previewImage({ urls: [this.data.goods.image] })
  },
})
