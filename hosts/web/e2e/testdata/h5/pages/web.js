const addresses = require('../addresses.js')
Page({
  data: { src: '' },
  onLoad({ which }) { this.setData({ src: addresses[which] }) },
  on(e) { getApp().told = (getApp().told || '') + ' ' + e.type + ':' + JSON.stringify(e.detail.data || e.detail.src || e.detail.url) },
})
