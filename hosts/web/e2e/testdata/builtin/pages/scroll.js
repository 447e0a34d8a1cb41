Page({
  data: { told: '', into: '', busy: false },
  tell(word) { this.setData({ told: this.data.told + ' ' + word }) },
  on(e) { this.tell(e.type) },
  scrolled(e) { this.top = e.detail.scrollTop },
  pulling() { if (!this.once) { this.once = true; this.tell('pulling') } },
  refresh() { this.setData({ busy: true }); this.tell('refresh'); setTimeout(() => this.setData({ busy: false }), 50) },
  into() { this.setData({ into: 'row10' }) },
  context() {
    wx.createSelectorQuery().select('#y').node().exec((res) => {
      const view = res[0].node
      this.tell('node:' + typeof view.scrollTo)
      view.scrollIntoView('#row2', { animated: false })
      view.scrollEnabled = false
      this.tell('enabled:' + view.scrollEnabled)
    })
  },
})
