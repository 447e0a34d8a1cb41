Page({
  data: { portal: true, show: false, told: '', word: 'P' },
  tell(word) { this.setData({ told: this.data.told + ' ' + word }) },
  toggle() { this.setData({ portal: !this.data.portal }) },
  open() { this.setData({ show: true, told: '' }) },
  outer() { this.tell('outer') },
  inPortal() { this.setData({ word: 'Q' }); this.tell('portal') },
  on(e) { this.tell(e.type); if (e.type === 'leave') this.setData({ show: false }) },
  stuck(e) { this.tell('stick:' + e.detail.isStickOnTop) },
  adError(e) { this.tell('ad:' + e.detail.errCode) },
  onUnload() { const pages = getCurrentPages(); pages[0].setData({ told: 'left' }) },
})
