Page({
  data: {
    asking: false,
    picking: false,
    result: '',
    woods: [
      { label: '杉木', value: 'fir' },
      { label: '楠木', value: 'nan' },
      { label: '榉木', value: 'ju' },
    ],
  },
  ask() {
    this.setData({ asking: true });
  },
  confirmed() {
    this.setData({ asking: false, result: '装上了' });
  },
  declined() {
    this.setData({ asking: false, result: '再看看' });
  },
  pick() {
    this.setData({ picking: true });
  },
  chosen(e) {
    this.setData({ picking: false, result: e.detail.label.join() });
  },
  closed() {
    this.setData({ picking: false });
  },
});
