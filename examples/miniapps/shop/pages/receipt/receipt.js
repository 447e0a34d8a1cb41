const receipts = require('../../utils/receipts')

Page({
  data: {
    fresh: false,
    receipt: null,
    message: '',
  },

  async onLoad(query) {
    this.setData({ fresh: query.fresh === '1' })
    try {
      const receipt = await receipts.get(query.id)
      this.setData({ receipt })
    } catch (err) {
      this.setData({ message: err.errMsg || err.message })
    }
  },
})
