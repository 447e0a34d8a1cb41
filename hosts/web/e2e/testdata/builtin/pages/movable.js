Page({
  data: { x: 10, y: 10, scale: 1, told: '' },
  tell(word) { this.setData({ told: (this.data.told + ' ' + word).slice(-3000) }) },
  moved(e) { this.last = e.detail; this.tell('at:' + e.detail.x + ',' + e.detail.y + ',' + (e.detail.source || 'none')) },
  out(e) { this.tell('out:' + (e.detail.source || 'none')) },
  scaled(e) { this.tell('scale:' + e.detail.scale) },
  vertical() { this.tell('v') },
  horizontal() { this.tell('h') },
  set() { this.setData({ x: 500, y: 100, scale: 3, told: '' }) },
})
