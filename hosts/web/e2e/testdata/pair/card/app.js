App({ onShow(options) { this.entered = options } })
