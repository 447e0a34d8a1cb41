Page({
  data: { told: '', focus: false, select: false },
  tell(word) { this.setData({ told: this.data.told + ' ' + word }) },
  input(e) { this.tell(e.currentTarget.id + '=' + e.detail.value + '@' + e.detail.cursor) },
  on(e) { this.tell(e.currentTarget.id + ':' + e.type) },
  lines(e) { this.tell('lines:' + e.detail.lineCount) },
  review(e) { this.tell('review:' + e.detail.pass) },
  focus() { this.setData({ focus: true }) },
  select() { this.setData({ select: true }) },
})
