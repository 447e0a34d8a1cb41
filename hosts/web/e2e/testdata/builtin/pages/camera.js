Page({
  data: { told: '', facing: 'back', flash: 'auto' },
  on(e) {
    if (e.type === 'initdone') this.maxZoom = e.detail.maxZoom
    this.setData({ told: this.data.told + ' ' + e.type + (e.detail.errMsg || '') })
  },
  tell(words) { this.setData({ told: this.data.told + ' ' + words }) },
  turn() { this.setData({ facing: 'front' }) },
  photo() {
    wx.createCameraContext().takePhoto({
      quality: 'high',
      success: (r) => this.tell('photo:' + r.width + 'x' + r.height),
      fail: (e) => this.tell(e.errMsg),
    })
  },
  zoom() {
    this.setData({ flash: 'on' })
    wx.createCameraContext().setZoom({ zoom: this.maxZoom + 5, success: (r) => this.tell('zoom:' + (r.zoom === this.maxZoom)), fail: (e) => this.tell(e.errMsg) })
  },
  frames() {
    let seen = 0
    let last
    const listener = wx.createCameraContext().onCameraFrame((frame) => {
      const bytes = new Uint8Array(frame.data)
      let sum = 0
      for (let i = 0; i < bytes.length; i += 997) sum += bytes[i]
      const good = frame.data instanceof ArrayBuffer && bytes.length === frame.width * frame.height * 4 && Math.max(frame.width, frame.height) === 288 && sum > 0
      if (!good) return this.tell('bad frame ' + frame.width + 'x' + frame.height)
      if (sum !== last) seen++
      last = sum
      if (seen === 3) listener.stop({ success: () => this.tell('frames:3') })
    })
    listener.start({ success: () => this.tell('started'), fail: (e) => this.tell(e.errMsg) })
    listener.start({ fail: (e) => this.tell(e.errMsg) })
  },
  film(e) {
    const camera = wx.createCameraContext()
    // Without a file system files are addresses that hold what is in them.
    const done = (how) => (r) => this.tell(`${how}:${/^data:video\/(mp4|webm);base64,.{1000}/.test(r.tempVideoPath)}:${/^data:image\/jpeg/.test(r.tempThumbPath)}:${r.width > 100}`)
    const fail = (e) => this.tell(e.errMsg)
    camera.startRecord({
      timeout: e.mark.short ? 1 : 30, timeoutCallback: done('timeout'), fail,
      success: () => {
        this.tell('recording')
        camera.startRecord({ fail })
        if (!e.mark.short) setTimeout(() => camera.stopRecord({ success: done('film'), fail }), 700)
      },
    })
  },
})
