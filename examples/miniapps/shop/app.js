const cart = require('./utils/cart')

App({
  onLaunch(options) {
    this.globalData.scene = options.scene
    cart.load()
  },

  onShow() {
    cart.refreshBadge()
  },

  globalData: {
    scene: 0,
    // The nearest store, once the user has let us look.
    store: null,
  },
})
