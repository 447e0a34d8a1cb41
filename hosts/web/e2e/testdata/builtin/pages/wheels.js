Page({
  data: { value: [3, 1], years: [2020, 2021, 2022, 2023, 2024, 2025, 2026], months: [1, 2, 3, 4, 5, 6], told: '' },
  tell(word) { this.setData({ told: this.data.told + ' ' + word }) },
  changed(e) { this.setData({ value: e.detail.value }); this.tell('change:' + e.detail.value) },
  start() { this.tell('start') },
  end() { this.tell('end') },
  set() { this.setData({ value: [6, 5] }) },
  picked(e) { this.tell('picked:' + e.detail.value) },
  swiped(e) { this.tell('swiper:' + e.detail.current + ',' + e.detail.currentItemId + ',' + e.detail.source) },
  finished(e) { this.tell('finish:' + e.detail.current + ',' + e.detail.currentItemId) },
  moving() { if (!this.once) { this.once = true; this.tell('transition') } },
})
