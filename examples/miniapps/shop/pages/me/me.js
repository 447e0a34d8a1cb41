const receipts = require('../../utils/receipts')

Page({
  data: {
    receipts: [],
    locked: [],
  },

  onShow() {
    this.load()
  },

  async load() {
    const open = []
    const locked = []
    for (const id of receipts.list()) {
      try {
        open.push(await receipts.get(id))
      } catch (err) {
        locked.push({ id, message: err.errMsg })
      }
    }
    this.setData({ receipts: open, locked })
  },

  onSettings() {
    wx.openSetting()
  },
})
