const cart = require('../../utils/cart')

Page({
  data: {
    lines: [],
    total: 0,
    picked: 0,
    allChecked: false,
  },

  onShow() {
    this.sync()
  },

  sync() {
    const lines = cart.all()
    const picked = cart.checked().length
    this.setData({ lines, picked, total: cart.total(), allChecked: picked > 0 && picked === lines.length })
  },

  onCheck(event) {
    const { id, checked } = event.currentTarget.dataset
    cart.update(id, { checked: !checked })
    this.sync()
  },

  onCheckAll() {
    cart.checkAll(!this.data.allChecked)
    this.sync()
  },

  onCount(event) {
    const { id } = event.currentTarget.dataset
    const { value } = event.detail
    if (value > 0) {
      cart.update(id, { count: value })
      this.sync()
      return
    }
    wx.showModal({
      title: '移出购物车',
      content: '不再想要它了吗？',
      confirmText: '移出',
      confirmColor: '#a63c24',
      success: (res) => {
        if (res.confirm) {
          cart.update(id, { count: 0 })
          this.sync()
        }
      },
    })
  },

  onCheckout() {
    wx.navigateTo({ url: '/pages/checkout/checkout' })
  },
})
