Page({
  data: { signed: '', mark: { text: '斗拱', fontColor: '#c0392b' } },

  onSign(event) {
    this.setData({ signed: `签好了 ${Object.keys(event.detail)}` })
  },
})
