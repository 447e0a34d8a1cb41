Page({
  data: { told: '', animation: {} },
  tell(word) { this.setData({ told: this.data.told + ' ' + word }) },
  onReady() {
    wx.createMediaQueryObserver().observe({ minWidth: 300 }, (r) => this.tell('media:' + r.matches))
    this.createMediaQueryObserver().observe({ minWidth: 3000 }, (r) => this.tell('huge:' + r.matches))
    this.createIntersectionObserver({ observeAll: true, thresholds: [0, 1] }).relativeToViewport().observe('.seen', (r) => this.tell('seen:' + r.dataset.n + (r.intersectionRatio > 0)))
    this.animate('#c', [{ opacity: 1 }, { opacity: 0 }], 1000, { scrollSource: '#s', timeRange: 1000, startScrollOffset: 0, endScrollOffset: 100 })
  },
  on(e) { this.tell(e.type) },
  go() {
    this.animate('#a', [{ translateX: 0, opacity: 1 }, { translateX: 100, rotate: 90, opacity: 0.5, ease: 'linear' }], 80, () => this.tell('animated'))
    const animation = wx.createAnimation({ duration: 60 })
    animation.translateX(50).backgroundColor('#00aa00').step()
    this.setData({ animation: animation.export() })
  },
  clear() { this.clearAnimation('#a', { opacity: true }, () => { this.tell('cleared'); }) },
})
