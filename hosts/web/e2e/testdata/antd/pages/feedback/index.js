Page({
  data: {
    from: '', answer: '', dialog: false, toast: false, popup: false,
    footer: { layout: 'horizontal', buttons: [{ text: '取消', id: 'no' }, { text: '确认', id: 'yes', type: 'primary' }] },
  },
  onLoad(query) { this.setData({ from: query.from }); },
  show(e) { this.setData({ [e.target.dataset.show]: true }); },
  hide() { this.setData({ dialog: false, toast: false, popup: false }); },
  chosen(button) { this.setData({ dialog: false, answer: `选了${button.text}` }); },
  ask() { my.confirm({ title: '确认', content: '真的吗', confirmButtonText: '是', success: (r) => this.setData({ answer: `答了${r.confirm}` }) }); },
});
