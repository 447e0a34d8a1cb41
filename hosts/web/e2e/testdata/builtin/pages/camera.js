Page({
  data: { told: '', facing: 'back' },
  on(e) { this.setData({ told: this.data.told + ' ' + e.type + (e.detail.errMsg || '') }) },
  turn() { this.setData({ facing: 'front' }) },
  photo() {
    wx.createCameraContext().takePhoto({
      quality: 'high',
      success: (r) => this.setData({ told: this.data.told + ' photo:' + r.width + 'x' + r.height }),
      fail: (e) => this.setData({ told: this.data.told + ' ' + e.errMsg }),
    })
  },
})
