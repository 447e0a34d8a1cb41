Page({
  data: { told: '', out: '' },
  onReady() {
    wx.createSelectorQuery().select('#paper').node(({ node }) => {
      Object.assign(node, { width: 120, height: 80 })
      const pen = node.getContext('2d')
      pen.fillStyle = '#07c160'
      pen.fillRect(0, 0, 120, 80)
      pen.fillStyle = '#d00'
      pen.fillRect(0, 0, 60, 80)
      wx.canvasToTempFilePath({ canvas: node, success: (r) => { this.src = r.tempFilePath; this.tell('drawn') } })
    }).exec()
  },
  tell(words) { this.setData({ told: this.data.told + ' ' + words }) },
  loaded(e) { this.tell(`out:${e.detail.width}x${e.detail.height}`) },
  edit(e) {
    const options = { src: this.src, success: (r) => this.setData({ out: r.tempFilePath }), fail: (e) => this.tell(e.errMsg) }
    if (e.mark.crop) wx.cropImage({ ...options, cropScale: '1:1' })
    else wx.editImage(options)
  },
})
