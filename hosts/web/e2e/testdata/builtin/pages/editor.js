Page({
  data: { told: '', html: '' },
  tell(word) { this.setData({ told: this.data.told + ' ' + word }) },
  begin() {
    this.tell('ready')
    this.createSelectorQuery().select('#editor').context((res) => { this.editor = res.context; this.tell('context') }).exec()
  },
  input(e) { this.setData({ html: e.detail.html }); this.tell('input') },
  status(e) { this.tell('status:' + JSON.stringify(e.detail)) },
  on(e) { this.tell(e.type) },
  do(e) {
    const { editor } = this
    switch (e.currentTarget.id) {
      case 'bold': return editor.format('bold')
      case 'header': return editor.format('header', 'H2')
      case 'list': return editor.format('list', 'ordered')
      case 'color': return editor.format('color', '#ff0000')
      case 'undo': return editor.undo()
      case 'insert':
        editor.insertText({ text: '插入' })
        editor.insertDivider()
        return editor.insertImage({ src: 'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"%3E%3Crect width="1" height="1" fill="teal"/%3E%3C/svg%3E', alt: 'pic', width: '20px', success: () => this.tell('image') })
      case 'contents': return editor.getContents({ success: (r) => this.tell('contents:' + JSON.stringify(r.delta.ops) + r.text) })
      case 'set': return editor.setContents({ html: '<p>甲<b>乙</b></p><script>alert(1)</script><p onclick="x()" style="color:red">丙</p>' })
      case 'clear': return editor.clear({ success: () => this.tell('cleared') })
    }
  },
})
