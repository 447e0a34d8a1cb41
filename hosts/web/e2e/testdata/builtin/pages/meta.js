Page({
  data: { color: '#fee', size: '20px', top: '0', title: 'meta', loading: false, locked: false, told: '' },
  tell(word) { this.setData({ told: this.data.told + ' ' + word }) },
  change() { this.setData({ color: '#eef', size: '30px', top: '400px', title: 'changed', loading: true }) },
  lock() { this.setData({ locked: true }) },
  scrolled(e) { this.at = e.detail.scrollTop; if (!this.once) { this.once = true; this.tell('scroll') } },
  done() { this.tell('done') },
  onPageScroll() { if (!this.twice) { this.twice = true; this.tell('page') } },
})
