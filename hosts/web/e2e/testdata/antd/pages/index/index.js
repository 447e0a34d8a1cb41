Page({
  data: {
    pressed: 0, tab: 0, on: false, agreed: false, count: 1, picked: 'a', stars: 3,
    tabs: [{ title: '甲' }, { title: '乙' }],
    options: [{ text: '大', value: 'a' }, { text: '中', value: 'b' }, { text: '小', value: 'c' }],
    folds: [{ title: '第一折', content: '第一折的内容' }, { title: '第二折', content: '第二折的内容' }],
    steps: [{ title: '下单' }, { title: '付款' }, { title: '收货' }],
  },
  appeared(e) { this.setData({ seen: `${this.data.seen || ''}${e.type},` }); },
  press() { this.setData({ pressed: this.data.pressed + 1 }); },
  switchTab(tab) { this.setData({ tab }); },
  flip(on) { this.setData({ on }); },
  agree(agreed) { this.setData({ agreed }); },
  step(count) { this.setData({ count }); },
  pick(picked) { this.setData({ picked }); },
  rated(stars) { this.setData({ stars }); },
  feedback(e) { my.navigateTo({ url: `/pages/${e.target.dataset.to || 'feedback'}/index?from=list` }); },
});
