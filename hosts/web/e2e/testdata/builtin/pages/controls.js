Page({
  data: { told: '', amp: '&lt;i&gt;&nbsp;!', icons: ['success', 'success_no_circle', 'info', 'warn', 'waiting', 'cancel', 'download', 'search', 'clear'] },
  tell(word) { this.setData({ told: this.data.told + ' ' + word }) },
  change(e) { this.tell('change:' + JSON.stringify(e.detail.value)) },
  changing() { if (!this.once) { this.once = true; this.tell('changing') } },
  ended(e) { this.tell('ended:' + e.detail.curPercent) },
  submit(e) { this.tell('submit:' + JSON.stringify(e.detail.value)) },
  reset() { this.tell('reset') },
  failed(e) { this.tell(e.type + ':' + e.detail.errMsg.split(':')[0]) },
})
