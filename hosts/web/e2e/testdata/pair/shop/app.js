App({
  shown: [],
  onShow(options) {
    this.shown.push(`${options.scene} ${JSON.stringify(options.referrerInfo)}`)
    if (this.tell) this.tell()
  },
})
