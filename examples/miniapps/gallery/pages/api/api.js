const NAMES = ['request', 'connectSocket', 'getLocation', 'requestPayment', 'setStorageSync', 'setEncryptedStorage', 'showToast', 'startBeaconDiscovery']

Page({
  data: {
    apis: [],
    system: null,
    visits: 0,
    rect: '',
  },

  onLoad() {
    const apis = NAMES.map((name) => ({ name, wx: wx.canIUse(name), ft: typeof ft[name] === 'function' }))
    const system = wx.getSystemInfoSync()
    const visits = (wx.getStorageSync('visits') || 0) + 1
    wx.setStorageSync('visits', visits)
    this.setData({ apis, visits, system: { model: system.model, size: `${system.windowWidth} × ${system.windowHeight}`, SDK: system.SDKVersion } })
  },

  onReady() {
    wx.createSelectorQuery()
      .select('#first')
      .boundingClientRect((rect) => this.setData({ rect: rect ? `${Math.round(rect.width)} × ${Math.round(rect.height)}` : '' }))
      .exec()
  },
})
