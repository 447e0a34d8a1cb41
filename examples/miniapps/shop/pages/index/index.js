const api = require('../../utils/api')
const cart = require('../../utils/cart')
const { nearest } = require('../../utils/stores')

const ALL = { id: 'all', name: '全部' }

Page({
  data: {
    state: 'loading', // loading, ready or failed
    message: '',
    categories: [ALL],
    category: ALL.id,
    goods: [],
    shown: [],
    store: null,
    banners: [
      { id: 'b1', title: '不用一根钉', text: '榫卯小件 · 新到', tone: 'red' },
      { id: 'b2', title: '一方书案', text: '胡桃木 · 手工打磨', tone: 'green' },
      { id: 'b3', title: '焚香听雨', text: '檀木香器 · 满两件九折', tone: 'ink' },
    ],
  },

  onLoad() {
    this.refresh()
  },

  onShow() {
    const { store } = getApp().globalData
    if (store !== this.data.store) {
      this.setData({ store })
    }
    cart.refreshBadge()
  },

  async onPullDownRefresh() {
    await this.refresh()
    wx.stopPullDownRefresh()
  },

  async refresh() {
    try {
      const { categories, goods } = await api.listGoods()
      this.setData({ state: 'ready', categories: [ALL, ...categories], goods })
      this.show(this.data.category)
    } catch (err) {
      this.setData({ state: 'failed', message: err.message })
    }
  },

  retry() {
    this.setData({ state: 'loading' })
    return this.refresh()
  },

  show(category) {
    const shown = this.data.goods.filter((g) => category === ALL.id || g.category === category)
    this.setData({ category, shown })
  },

  onCategory(event) {
    this.show(event.currentTarget.dataset.id)
  },

  onOpen(event) {
    wx.navigateTo({ url: `/pages/detail/detail?id=${event.detail.id}` })
  },

  onAdd(event) {
    const goods = this.data.goods.find((g) => g.id === event.detail.id)
    cart.add(goods)
    wx.showToast({ title: '已加入购物车', icon: 'success', duration: 1000 })
  },

  async onLocate() {
    try {
      const position = await wx.getLocation({ type: 'gcj02' })
      const store = nearest(position)
      getApp().globalData.store = store
      this.setData({ store })
    } catch (err) {
      wx.showToast({ title: '没有拿到位置', icon: 'none' })
    }
  },

  onShareAppMessage() {
    return { title: '木作小铺', path: '/pages/index/index' }
  },
})
