Page({
  data: {
    modes: ['aspectFill', 'aspectFit', 'scaleToFill', 'widthFix'],
    size: '',
    broken: '',
  },

  onLoadImage(event) {
    const { width, height } = event.detail
    this.setData({ size: `${width} × ${height}` })
  },

  onErrorImage(event) {
    this.setData({ broken: event.detail.errMsg })
  },

  onPreview() {
    wx.previewImage({ urls: ['/images/hills.png'] })
  },
})
