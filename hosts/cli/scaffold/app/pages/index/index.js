Page({
  data: { name: '<<.Name>>', total: 0 },

  onCount(event) {
    this.setData({ total: event.detail.value })
  },
})
